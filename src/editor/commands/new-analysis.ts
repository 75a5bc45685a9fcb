import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AnalysisId } from "../../agent/analysis.ts";
import type { AgentLink } from "../agent-link.ts";
import type { Dialogs } from "../dialogs.ts";
import type { EditorModels } from "../models.ts";
import type { Outcomes } from "../outcomes.ts";
import type { ProgressNotes } from "../progress-notes.ts";
import { parseSampleQuestions } from "../sample-questions.ts";

const HISTORY = 20;

export interface NewAnalysisParts {
  readonly link: AgentLink;
  readonly dialogs: Dialogs;
  readonly models: EditorModels;
  readonly outcomes: Outcomes;
  readonly notes: ProgressNotes;
}

/** Asks for the question unless one is given, and starts. Returns the analysis, undefined where the person thought better of it. */
export async function newAnalysis(
  parts: NewAnalysisParts,
  given: string | undefined,
): Promise<AnalysisId | undefined> {
  const agent = await parts.link.agent();
  const question = given ?? (await askQuestion(parts, agent.questions(HISTORY)));
  if (question === undefined) return undefined;
  const id = await agent.start(question);
  parts.outcomes.follow(id);
  parts.notes.follow(id);
  return id;
}

async function askQuestion(parts: NewAnalysisParts, history: readonly string[]): Promise<string | undefined> {
  const choice = parts.models.choice();
  const isDemonstration = choice === undefined || choice.kind === "demonstration";
  const samples = isDemonstration ? await sampleQuestions() : [];
  const model = isDemonstration ? " (Demonstration model, scripted)" : "";
  return await parts.dialogs.typeOrPick(
    `New Analysis${model}`,
    "What do you want to know? Type a question and press Enter.",
    [
      { heading: "Questions of the sample workspace", suggestions: samples },
      { heading: "Asked before", suggestions: history.filter((asked) => !samples.includes(asked)) },
    ],
  );
}

/** The workspace's own `questions.json`, else those that the Demonstration model knows. */
async function sampleQuestions(): Promise<readonly string[]> {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const text = await readFile(join(workspace, "questions.json"), "utf8").catch(() => "");
  const questions = parseSampleQuestions(text);
  if (questions.length > 0) return questions;
  const { DemonstrationModel } = await import("../../models/demonstration.ts");
  return DemonstrationModel.questions();
}
