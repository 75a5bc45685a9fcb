import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Dialogs } from "../../../src/editor/dialogs.ts";
import type { TestDoor } from "../../../src/editor/scriptable-dialogs.ts";
import { allChoices } from "./all-choices.ts";

const QUESTION = "How fast does CO₂ at Mauna Loa rise, and what is its yearly cycle?";
const LENS_LIMIT_MS = 60_000;

/** The tests' way to answer dialogs; VS Code's test driver cannot show modal ones. */
async function testDoor(): Promise<TestDoor> {
  const extension = vscode.extensions.getExtension<TestDoor | undefined>("countersign.countersign");
  const door = await extension?.activate();
  assert.ok(door, "the extension lends no test door in a test run");
  return door;
}

function openRequests(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === "countersign");
}

/** Resolves once `look` finds something. It looks again and again, because VS Code tells nobody of new lenses. */
async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + LENS_LIMIT_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come.`);
}

async function lenses(document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> {
  const command = "vscode.executeCodeLensProvider";
  return await vscode.commands.executeCommand<vscode.CodeLens[]>(command, document.uri);
}

async function lensTitled(document: vscode.TextDocument, title: RegExp): Promise<vscode.CodeLens> {
  return await eventually(`A lens ${String(title)}`, async () =>
    (await lenses(document)).find(({ command }) => title.test(command?.title ?? "")),
  );
}

/** Asks the question and resolves with the code that waits for a decision. */
async function askForCode(): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  await vscode.commands.executeCommand("countersign.newAnalysis", QUESTION);
  return await eventually("The code", () => Promise.resolve(openRequests()[0]));
}

async function press(lens: vscode.CodeLens): Promise<void> {
  assert.ok(lens.command);
  await vscode.commands.executeCommand(lens.command.command, ...(lens.command.arguments as unknown[]));
}

describe("a request inline", function () {
  this.timeout(3 * LENS_LIMIT_MS);
  let door: TestDoor;

  before(async () => {
    door = await testDoor();
  });

  afterEach(() => {
    door.answerWith(undefined);
  });

  it("opens as Python with what it can do above it and on its lines", async () => {
    const document = await askForCode();
    assert.equal(document.languageId, "python");
    const lens = await lensTitled(document, /Run once: .*co2/);
    assert.equal(lens.range.start.line, 0);
    const found = vscode.languages.getDiagnostics(document.uri);
    assert.ok(found.some(({ source, code }) => source === "Countersign" && code === "reads-files"));
  });

  it("is not approved by the lens' command, which another extension can call too", async () => {
    const document = await askForCode();
    const lens = await lensTitled(document, /Run once/);
    const asked: string[][] = [];
    const modal: Dialogs["modal"] = (_message, _detail, buttons) => {
      asked.push([...buttons]);
      return Promise.resolve(undefined);
    };
    door.answerWith({ modal });
    await press(lens);
    assert.deepEqual(asked, [["Show Details", "Run Once"]]);
    await lensTitled(document, /Run once/);
  });

  it("is not approved by any command of ours, whatever another extension calls it with", async () => {
    const document = await askForCode();
    await lensTitled(document, /Run once/);
    const requestId = document.uri.path.split("/")[2];
    const nobody = () => Promise.resolve(undefined);
    const asked: string[] = [];
    door.answerWith({
      ...{ inform: nobody, warn: nobody, fail: nobody, text: nobody, pick: nobody, search: nobody },
      ...{ folder: nobody, typeOrPick: nobody },
      modal: (message) => {
        asked.push(message);
        return Promise.resolve(undefined);
      },
    });
    const manifest = vscode.extensions.getExtension("countersign.countersign")?.packageJSON as {
      readonly contributes: { readonly commands: readonly { readonly command: string }[] };
    };
    const { commands } = manifest.contributes;
    // It takes minutes, and a question is no decision.
    const left = ["countersign.buildImage", "countersign.newAnalysis"];
    for (const { command } of commands.filter((one) => !left.includes(one.command))) {
      for (const target of [requestId, { requestId }, { requestId, verdict: "approve", line: 1, column: 1 }])
        await vscode.commands.executeCommand(command, target, { verdict: "approve" }, true);
    }
    assert.ok(asked.includes("Run this code once?"), "the person was asked");
    await lensTitled(document, /Run once/);
    const states: string[] = [];
    const listed: Dialogs["search"] = async (_title, _placeholder, find) => {
      for (const { value, description = "" } of await allChoices(find("", new AbortController().signal)))
        if (value === requestId) states.push(description);
      return undefined;
    };
    door.answerWith({ search: listed });
    await vscode.commands.executeCommand("countersign.openLedger");
    assert.deepEqual(states, ["requested"]);
  });

  it("is assessed again after an edit, before it can be approved", async () => {
    const document = await askForCode();
    await lensTitled(document, /Run once/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'import os\nos.remove("kept.txt")\n');
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await lensTitled(document, /Run once: .*kept\.txt/);
    const warned = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Warning);
    assert.ok(warned.some(({ code }) => code === "deletes-files"));
  });

  it("explains a finding on its line, and asks for a version without it", async () => {
    const document = await askForCode();
    await lensTitled(document, /Run once/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'import os\nos.remove("data/kept.txt")\n');
    await vscode.workspace.applyEdit(edit);
    await lensTitled(document, /Run once: .*kept\.txt/);
    // While the code is assessed once more there is nothing to explain.
    const offered = (title: RegExp) =>
      eventually(`An action ${String(title)}`, async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          new vscode.Range(1, 0, 1, 5),
        );
        return actions.find((one) => title.test(one.title))?.command;
      });
    const said: string[] = [];
    const proposed: string[] = [];
    door.answerWith({
      modal: (message, detail) => {
        said.push(message, detail);
        return Promise.resolve(undefined);
      },
      text: ({ value }) => {
        proposed.push(value ?? "");
        return Promise.resolve(undefined);
      },
    });
    for (const title of [/^Explain: deletes-files/, /^Ask for a Version Without It: deletes-files/]) {
      const { command, arguments: args } = await offered(title);
      await vscode.commands.executeCommand(command, ...(args as unknown[]));
    }
    assert.match(
      said.join("\n"),
      /Line 2: .*kept\.txt[^]*deletes-files means that code removes files or folders/,
    );
    assert.match(proposed[0] ?? "", /^Do it without this \(deletes-files, line 2\)/);
  });

  it("says that it was rejected, and why, and cannot be changed any more", async () => {
    const document = await askForCode();
    await lensTitled(document, /Run once/);
    door.answerWith({ text: () => Promise.resolve("not today") });
    await press(await lensTitled(document, /^Reject$/));
    await lensTitled(document, /Rejected by .*not today/);
    const saved = vscode.workspace.fs.writeFile(document.uri, Buffer.from("print(1)\n"));
    await assert.rejects(async () => await saved, /decided/);
  });
});

describe("the ledger", function () {
  this.timeout(3 * LENS_LIMIT_MS);
  let door: TestDoor;
  let folder: string;

  before(async () => {
    door = await testDoor();
    folder = mkdtempSync(join(tmpdir(), "countersign-export-"));
  });

  after(() => {
    door.answerWith(undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists what was asked, to be filtered by who, what came of it and the question", async () => {
    const listed: Parameters<Dialogs["pick"]>[2][number][] = [];
    const search: Dialogs["search"] = async (_title, _placeholder, find) => {
      listed.push(...(await allChoices(find("rejected today fast", new AbortController().signal))));
      return undefined;
    };
    door.answerWith({ search });
    await vscode.commands.executeCommand("countersign.openLedger");
    assert.ok(
      listed.length > 0 &&
        listed.every(
          ({ description, detail }) =>
            description === "rejected" &&
            /^Rejected by .*not today.* · asked .* · How fast/.test(detail ?? ""),
        ),
    );
  });

  it("is exported with its key and a report of each analysis", async () => {
    door.answerWith({ folder: () => Promise.resolve(folder), inform: () => Promise.resolve(undefined) });
    const exported = await vscode.commands.executeCommand<string>("countersign.exportLedger");
    const lines = readFileSync(join(exported, "ledger.jsonl"), "utf8").trimEnd().split("\n");
    const rows = lines
      .slice(1, -1)
      .map((line) => JSON.parse(line) as { readonly body: { readonly verdict?: string } });
    assert.ok(rows.some(({ body }) => body.verdict === "reject"));
    assert.match(lines.at(-1) ?? "", /"signature":/);
    assert.ok(readdirSync(join(exported, "reports")).length > 0);
    assert.match(readFileSync(join(exported, "public-key.pem"), "utf8"), /BEGIN PUBLIC KEY/);
  });
});
