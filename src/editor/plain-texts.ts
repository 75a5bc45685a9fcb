import * as vscode from "vscode";
import type { AnalysisId } from "../agent/analysis.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { AgentLink } from "./agent-link.ts";
import type { House } from "./house.ts";
import { textOf } from "./request-facts.ts";

export const TEXT_SCHEME = "countersign-text";

/** What a model wrote, as read-only plain text: no Markdown, so no images and no links to commands. */
export class PlainTexts implements vscode.TextDocumentContentProvider {
  private readonly house: House;
  private readonly link: AgentLink;

  constructor(house: House, link: AgentLink) {
    this.house = house;
    this.link = link;
  }

  /** Texts are found again by their address, so that they survive a reload. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, room, id] = uri.path.split("/");
    if (room === "answers") return await this.answer(id as AnalysisId);
    if (room === "requests") return textOf((await this.house.read()).approvals.get(id as RequestId).action);
    const { memory } = await this.house.read();
    const entry = memory.entries().find((candidate) => candidate.id === id);
    return entry === undefined ? "This entry was forgotten.\n" : `${entry.title}\n\n${entry.text}\n`;
  }

  async showAnswer(id: AnalysisId): Promise<void> {
    await show(`/answers/${id}/Answer.txt`);
  }

  async showMemory(id: string): Promise<void> {
    await show(`/memory/${id}/Memory.txt`);
  }

  private async answer(id: AnalysisId): Promise<string> {
    const { question, answer } = (await this.link.look()).get(id);
    return `${question}\n\n${answer ?? "There is no answer yet."}\n`;
  }
}

async function show(path: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: TEXT_SCHEME, path });
  await vscode.window.showTextDocument(uri, { preview: true });
}
