import type { Settings } from "./load.ts";
import { keyAt, schemaTree, type SchemaNode } from "./schema-tree.ts";

/** VS Code's settings of a person, without their section, by the keys that they stand for; a key's part stands for all below it. */
export const OWN_KEYS: Readonly<Record<string, string>> = {
  "approval.globalMode": "approval.global_mode",
  "approval.pythonExecution": "approval.capabilities.python_execution.mode",
  "approval.memory": "approval.capabilities.memory.enabled",
  "approval.expiresAfterMinutes": "approval.expires_after_minutes",
  "approval.controlWritesExpireAfterMinutes": "approval.control_writes_expire_after_minutes",
  "approval.ledgerMirror": "approval.ledger_mirror",
  "analysis.modules": "analysis.modules",
  environmentVariables: "environment_variables",
  generation: "framework.generation",
  "execution.method": "framework.execution.execution_method",
  "execution.controlWrites": "framework.execution.epics.writes_enabled",
  "execution.localInterpreter": "framework.execution.local.interpreter",
  "execution.gatewayUrl": "framework.execution.gateway.url",
  "execution.gatewayCaFile": "framework.execution.gateway.ca_file",
  "execution.controlGateways": "framework.execution.epics.gateways",
  "execution.defaultMode": "framework.execution.default_mode",
  "execution.modes": "framework.execution.modes",
  "execution.limits": "framework.execution.limits",
  "container.existingImage": "framework.container.existing_image",
  "container.extraCaFile": "framework.container.extra_ca_file",
  "container.buildArguments": "framework.container.build_arguments",
  "container.buildNetwork": "framework.container.build_network",
  "container.poolSize": "framework.container.pool_size",
  "container.poolIdleSeconds": "framework.container.pool_idle_seconds",
};

/**
 * A person's settings by key. An empty text counts as not set, because VS Code's settings editor cannot say "nothing" otherwise.
 * @param valueOf what the person set under a name of `OWN_KEYS`; undefined where they set nothing
 */
export function settingsByKey(valueOf: (setting: string) => unknown): Settings {
  const schema = schemaTree();
  const entries = Object.entries(OWN_KEYS).flatMap(([setting, path]) => {
    const value = valueOf(setting);
    return value === undefined || value === "" ? [] : leaves(schema, path, value);
  });
  return Object.fromEntries(entries);
}

/** Down to where a key stands, or to what no key has: that is reported where it is loaded. */
function leaves(schema: SchemaNode, path: string, value: unknown): readonly (readonly [string, unknown])[] {
  const isGroup = typeof value === "object" && value !== null && !Array.isArray(value);
  if (keyAt(schema, path) !== undefined || !isGroup) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => leaves(schema, `${path}.${name}`, member));
}
