import assert from "node:assert/strict";
import { commands, extensions } from "vscode";

const ID = "countersign.countersign";

describe("activation", () => {
  it("activates as an ES module in the real extension host", async () => {
    const extension = extensions.getExtension(ID);
    assert.ok(extension, `${ID} is not there`);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("registers every command that its manifest contributes", async () => {
    const extension = extensions.getExtension<unknown>(ID);
    assert.ok(extension);
    await extension.activate();
    const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    const registered = new Set(await commands.getCommands(true));
    assert.ok(contributed.includes("countersign.newAnalysis"));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
