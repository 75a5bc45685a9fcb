import * as vscode from "vscode";
import type { Settings } from "../config/load.ts";

export const SECTION = "countersign";

/** The person's own settings by the keys of `countersign.yml` that they stand for. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  "approval.globalMode": "approval.global_mode",
  "approval.pythonExecution": "approval.capabilities.python_execution.mode",
  "analysis.modules": "analysis.modules",
  "execution.method": "framework.execution.execution_method",
  "execution.controlWrites": "framework.execution.epics.writes_enabled",
  "execution.gatewayUrl": "framework.execution.gateway.url",
  "execution.gatewayCaFile": "framework.execution.gateway.ca_file",
  "execution.controlGateways": "framework.execution.epics.gateways",
  "execution.modes": "framework.execution.modes",
  "container.existingImage": "framework.container.existing_image",
  "container.extraCaFile": "framework.container.extra_ca_file",
  "container.buildArguments": "framework.container.build_arguments",
  "container.buildNetwork": "framework.container.build_network",
  "container.poolSize": "framework.container.pool_size",
};

/**
 * What the person set for themselves, and nothing that a workspace set. An empty text counts as not set, because
 * VS Code's settings editor cannot say "nothing" otherwise.
 */
export function ownSettings(): Settings {
  const section = vscode.workspace.getConfiguration(SECTION);
  const entries = Object.entries(OWN_KEYS).flatMap(([setting, key]) => {
    const value: unknown = section.inspect(setting)?.globalValue;
    if (value === undefined || value === "") return [];
    return GROUPS.has(setting) ? membersOf(key, value) : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Settings that hold groups of keys under names that the person chose. */
const GROUPS: ReadonlySet<string> = new Set(["execution.controlGateways", "execution.modes"]);

function membersOf(key: string, groups: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(asObject(groups)).flatMap(([name, members]) =>
    Object.entries(asObject(members)).map(([leaf, value]) => [`${key}.${name}.${leaf}`, value] as const),
  );
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
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
