import * as vscode from "vscode";
import type { AnalysisId } from "../../agent/analysis.ts";
import type { RequestId } from "../../approval/decisions.ts";
import { requestIdOfPath, SCHEME } from "../inline/request-path.ts";

/**
 * The request that a command is about: an id (lens, notification), a row of a view, an address (editor title), or else
 * the code in the active editor.
 */
export function requestIdOfTarget(target: unknown): RequestId | undefined {
  if (typeof target === "string") return target as RequestId;
  if (target instanceof vscode.Uri) return ofUri(target);
  const id = member(target, "requestId");
  if (id !== undefined) return id as RequestId;
  const active = vscode.window.activeTextEditor?.document.uri;
  return active === undefined ? undefined : ofUri(active);
}

export function analysisIdOfTarget(target: unknown): AnalysisId | undefined {
  if (typeof target === "string") return target as AnalysisId;
  return member(target, "analysisId") as AnalysisId | undefined;
}

function ofUri(uri: vscode.Uri): RequestId | undefined {
  return uri.scheme === SCHEME ? requestIdOfPath(uri.path) : undefined;
}

function member(target: unknown, name: string): string | undefined {
  if (typeof target !== "object" || target === null) return undefined;
  const value = (target as Record<string, unknown>)[name];
  return typeof value === "string" ? value : undefined;
}
