import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestDoor } from "../../../src/editor/scriptable-dialogs.ts";

describe("commands in Restricted Mode", () => {
  it("explain themselves once, with what to do, and start nothing", async () => {
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
    const started = await vscode.commands.executeCommand("countersign.newAnalysis", "What is there?");
    assert.equal(started, undefined);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /Restricted Mode.*Trust the workspace/);
    door.answerWith(undefined);
  });

  it("open no request's code", async () => {
    const uri = vscode.Uri.parse("countersign:/requests/some-id/analysis.py");
    await assert.rejects(async () => await vscode.workspace.fs.readFile(uri), /Restricted Mode/);
  });
});
