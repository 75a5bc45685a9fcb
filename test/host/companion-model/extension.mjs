// A provider of VS Code's language models with scripted answers, for tests: no language model is behind it.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";

const MODEL = {
  id: "scripted",
  name: "Scripted Companion",
  family: "scripted",
  version: "1",
  maxInputTokens: 100_000,
  maxOutputTokens: 10_000,
  capabilities: { toolCalling: true },
};

const ANSWERS = {
  task: (question) => ({ task: question, kind: "analysis" }),
  plan: () => ({ objective: "The sum of 19 and 23", steps: [{ purpose: "Add 19 and 23" }] }),
  python: () => ({
    code: 'results = {"sum": 19 + 23}\n',
    purpose: "Adds 19 and 23",
    expectedResults: "The sum",
    mode: "read_only",
  }),
  answer: () => ({ text: "The scripted companion says that it is 42." }),
};

/** Questions that end otherwise, by a word in them. */
const FAILURES = {
  forbidden: () => vscode.LanguageModelError.NoPermissions("the companion was not allowed"),
  exhausted: () => vscode.LanguageModelError.Blocked("the companion has no quota left"),
  unknown: () => vscode.LanguageModelError.NotFound("the companion forgot this model"),
};

/** Lines of JSON in the file that `COMPANION_LOG` names: what was asked for, and how it ended. */
function note(entry) {
  if (process.env.COMPANION_LOG) appendFileSync(process.env.COMPANION_LOG, `${JSON.stringify(entry)}\n`);
}

function textOf(messages) {
  const parts = messages.flatMap(({ content }) => content);
  return parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
}

async function respond(messages, { tools = [], toolMode }, progress, token) {
  const [tool] = tools;
  const question = textOf(messages).match(/^Question:\s*(.*)$/m)?.[1] ?? "";
  const asked = { tool: tool?.name, forced: toolMode === vscode.LanguageModelChatToolMode.Required };
  const failure = Object.keys(FAILURES).find((word) => question.includes(word));
  if (failure !== undefined) {
    note({ ...asked, ended: failure });
    throw FAILURES[failure]();
  }
  for (const piece of ["One ", "piece ", "at ", "a time."]) {
    progress.report(new vscode.LanguageModelTextPart(piece));
    await sleep(20);
  }
  if (question.includes("endless")) {
    note({ ...asked, ended: "waiting" });
    await new Promise((resolve) => token.onCancellationRequested(resolve));
    note({ ...asked, ended: "cancelled" });
    return;
  }
  if (tool !== undefined) {
    progress.report(new vscode.LanguageModelToolCallPart("call-1", tool.name, ANSWERS[tool.name](question)));
  }
  note({ ...asked, ended: "answered" });
}

export function activate(context) {
  const provider = {
    provideLanguageModelChatInformation: () => [MODEL],
    provideLanguageModelChatResponse: (_model, messages, options, progress, token) =>
      respond(messages, options, progress, token),
    provideTokenCount: (_model, text) =>
      Promise.resolve(Math.ceil((typeof text === "string" ? text : textOf([text])).length / 4)),
  };
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider("scripted-companion", provider));
}
