import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";

const REVEAL = "Show Folder";

interface ExportLedgerParts {
  readonly house: Pick<House, "read">;
  readonly dialogs: Dialogs;
}

/** Writes the ledger, its public key and the reports into a new folder where the person says. @returns that folder */
export async function exportLedger({ house, dialogs }: ExportLedgerParts): Promise<string | undefined> {
  const { approvals } = await house.read();
  const parent = await dialogs.folder("Export Ledger", "Export Here");
  if (parent === undefined) return undefined;
  const workspace = basename(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "workspace");
  const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
  const folder = join(parent, `${workspace}-ledger-${stamp}`);
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: "Exporting the ledger",
    cancellable: true,
  };
  const { rows, reports } = await vscode.window.withProgress(progress, (_, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    return approvals.records.exportTo(folder, workspace, cancel.signal);
  });
  void tell(
    dialogs,
    folder,
    `The ledger (${rows} rows) and a report of each analysis (${reports}) were written to ${folder}.`,
  );
  return folder;
}

async function tell(dialogs: Dialogs, folder: string, message: string): Promise<void> {
  const chosen = await dialogs.inform(message, REVEAL);
  if (chosen === REVEAL) await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(folder));
}
