import assert from "node:assert/strict";
import { extensions, workspace } from "vscode";

describe("Restricted Mode", () => {
  it("activates in a workspace that nobody trusted yet", async () => {
    const extension = extensions.getExtension("countersign.countersign");
    assert.ok(extension);
    await extension.activate();
    assert.equal(workspace.isTrusted, false);
    assert.equal(extension.isActive, true);
  });
});
