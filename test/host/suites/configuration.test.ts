import assert from "node:assert/strict";
import * as vscode from "vscode";

const LIMIT_MS = 20_000;

/** Problems of `countersign.yml` once they are as wanted; looks at every change of diagnostics. */
async function problems(
  uri: vscode.Uri,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const found = vscode.languages.getDiagnostics(uri);
    if (wanted(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The problems are ${JSON.stringify(vscode.languages.getDiagnostics(uri))}.`);
}

describe("the configuration file", function () {
  this.timeout(3 * LIMIT_MS);

  it("shows each mistake on its line, and none once it is mended", async () => {
    await vscode.extensions.getExtension("countersign.countersign")?.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, "countersign.yml");
    const sound = await vscode.workspace.fs.readFile(uri);
    try {
      const broken = "approval:\n  global_mode: sometimes\nframework:\n  executon: {}\n";
      await vscode.workspace.fs.writeFile(uri, Buffer.from(broken));
      const found = await problems(uri, ({ length }) => length >= 2);
      const lines = found.map(({ range }) => range.start.line + 1);
      assert.ok(lines.includes(2), `wrong value on its line: ${lines.join()}`);
      assert.ok(lines.includes(4), `unknown key on its line: ${lines.join()}`);
      assert.ok(found.every(({ source }) => source === "Countersign"));

      await vscode.workspace.fs.writeFile(uri, Buffer.from("approval: [\n"));
      await problems(uri, (now) => now.some(({ severity }) => severity === vscode.DiagnosticSeverity.Error));
    } finally {
      await vscode.workspace.fs.writeFile(uri, sound);
    }
    await problems(uri, ({ length }) => length === 0);
  });
});
