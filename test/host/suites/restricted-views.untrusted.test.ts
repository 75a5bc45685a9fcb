import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestDoor } from "../../../src/editor/scriptable-dialogs.ts";

describe("commands in Restricted Mode", () => {
  it("explain themselves once, with what to do, and start nothing", async () => {
    for (const [command, target] of [
      ["countersign.newAnalysis", "What is there?"],
      ["countersign.runOnce", "some-id"],
      ["countersign.askAnew", "some-id"],
    ] as const) {
      const said = await failuresOf(command, target);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? "", /Restricted Mode.*may be looked at.*Trust the workspace/);
    }
  });

  it("find no code that nobody asked about", async () => {
    const uri = vscode.Uri.parse("countersign:/requests/some-id/analysis.py");
    await assert.rejects(async () => await vscode.workspace.fs.readFile(uri), /EntryNotFound|FileNotFound/);
  });
});

async function failuresOf(command: string, target: string): Promise<readonly string[]> {
  const extension = vscode.extensions.getExtension<TestDoor | undefined>("countersign.countersign");
  const door = await extension?.activate();
  assert.ok(door);
  const said: string[] = [];
  door.answerWith({
    fail: (message) => {
      said.push(message);
      return Promise.resolve(undefined);
    },
  });
  assert.equal(await vscode.commands.executeCommand(command, target), undefined);
  door.answerWith(undefined);
  return said;
}
