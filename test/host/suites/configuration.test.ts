import assert from "node:assert/strict";
import * as vscode from "vscode";

const LIMIT_MS = 20_000;

/** Problems of `countersign.yml` once they are as wanted; looks at every change of diagnostics. */
function problems(
  uri: vscode.Uri,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = vscode.languages.getDiagnostics(uri);
      if (!wanted(found)) return;
      listener.dispose();
      resolve(found);
    };
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

async function configurationFile(): Promise<vscode.Uri> {
  await vscode.extensions.getExtension("countersign.countersign")?.activate();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder);
  return vscode.Uri.joinPath(folder, "countersign.yml");
}

describe("the configuration file", function () {
  this.timeout(3 * LIMIT_MS);

  it("shows each mistake on its line, and none once it is mended", async () => {
    const uri = await configurationFile();
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

  it("offers, on the line that is looser than the person's own settings, to ask about it", async () => {
    const uri = await configurationFile();
    const sound = await vscode.workspace.fs.readFile(uri);
    try {
      const loose = "approval:\n  capabilities:\n    python_execution:\n      mode: disabled\n";
      await vscode.workspace.fs.writeFile(uri, Buffer.from(loose));
      const [{ range, code }] = (await problems(uri, ({ length }) => length === 1)) as [vscode.Diagnostic];
      assert.deepEqual([range.start.line + 1, code], [4, "looser"]);
      await vscode.workspace.openTextDocument(uri);
      const commandsAt = async (where: vscode.Range) => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          uri,
          where,
        );
        return actions.map(({ command }) => command?.command);
      };
      assert.ok((await commandsAt(range)).includes("countersign.askAboutLoosenings"));
      const elsewhere = new vscode.Range(0, 0, 0, 3);
      assert.ok(!(await commandsAt(elsewhere)).includes("countersign.askAboutLoosenings"));
    } finally {
      await vscode.workspace.fs.writeFile(uri, sound);
    }
    await problems(uri, ({ length }) => length === 0);
  });
});
