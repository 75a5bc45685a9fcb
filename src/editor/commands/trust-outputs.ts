import { dirname } from "node:path";
import * as vscode from "vscode";
import type { AnalysisId } from "../../agent/analysis.ts";
import type { AgentLink } from "../agent-link.ts";
import type { Dialogs } from "../dialogs.ts";
import { openNotebook } from "../outcomes.ts";

const SHOW = "Show Them";

/**
 * Shows what a run displayed as HTML, SVG, scripts or widgets, once a person said so: of the analysis that is given, or of the
 * run whose notebook is open.
 */
export async function trustOutputs(
  { link, dialogs }: { readonly link: AgentLink; readonly dialogs: Dialogs },
  analysis: AnalysisId | undefined,
): Promise<void> {
  const { setAsideFormats, writeTrustedNotebook } = await import("../../python/runs/trusted-notebook.ts");
  const folder = await runFolderOf(link, analysis);
  const formats = folder === undefined ? new Map<string, number>() : await setAsideFormats(folder);
  if (folder === undefined || formats.size === 0) {
    const said =
      folder === undefined
        ? "Open the notebook of a run first, or choose an analysis in the Analyses view."
        : "This run displayed nothing but text and images, which its notebook shows.";
    void dialogs.inform(said);
    return;
  }
  const listed = [...formats].map(([mime, count]) => `• ${mime} (${count})`);
  const detail = [
    "The code drew this, or the data that it read did. Once shown it can run scripts in the notebook's viewer and load images from networks that the sandbox could not reach, which tells others that you looked:",
    ...listed,
    "",
    "It is written to a notebook of its own beside the first.",
  ].join("\n");
  const chosen = await dialogs.modal("Show outputs that are not only text and images?", detail, [
    "Not Now",
    SHOW,
  ]);
  if (chosen === SHOW) await openNotebook(await writeTrustedNotebook(folder), false);
}

async function runFolderOf(link: AgentLink, analysis: AnalysisId | undefined): Promise<string | undefined> {
  if (analysis !== undefined) return (await link.look()).get(analysis).runFolder;
  const open = vscode.window.activeNotebookEditor?.notebook;
  const isRun = (open?.metadata as { metadata?: { countersign?: unknown } } | undefined)?.metadata
    ?.countersign;
  return open === undefined || isRun === undefined ? undefined : dirname(open.uri.fsPath);
}
