import * as vscode from "vscode";
import type { Settings } from "../config/load.ts";
import { settingsByKey } from "../config/own-settings.ts";

export const SECTION = "countersign";

/** What the person set for themselves, and nothing that a workspace set. */
export function ownSettings(): Settings {
  const section = vscode.workspace.getConfiguration(SECTION);
  return settingsByKey((setting) => {
    const value: unknown = section.inspect(setting)?.globalValue;
    return setting === "execution.localInterpreter" && value === PYTHON_EXTENSION
      ? extensionsPython()
      : value;
  });
}

/** In place of a path: the interpreter that the Python extension has chosen. */
const PYTHON_EXTENSION = "python-extension";

interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath?: () => { readonly path?: string } | undefined };
}

/** Nothing where the extension is not there, or has not started yet. */
function extensionsPython(): string | undefined {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  const path =
    extension?.isActive === true ? extension.exports.environments?.getActiveEnvironmentPath?.()?.path : "";
  return path === "" ? undefined : path;
}

/** The person's decision to run without isolation on this computer; the settings take it back. */
export async function chooseLocal(): Promise<void> {
  const section = vscode.workspace.getConfiguration(SECTION);
  await section.update("execution.method", "local", vscode.ConfigurationTarget.Global);
}

/** The person's decision to run on this Jupyter server; the settings take it back. */
export async function chooseGateway(url: string): Promise<void> {
  const section = vscode.workspace.getConfiguration(SECTION);
  await section.update("execution.gatewayUrl", url, vscode.ConfigurationTarget.Global);
  await section.update("execution.method", "gateway", vscode.ConfigurationTarget.Global);
}

/** Name of the configuration file, relative to the workspace folder. */
export function configFile(): string {
  return vscode.workspace.getConfiguration(SECTION).get<string>("configFile") ?? "countersign.yml";
}
