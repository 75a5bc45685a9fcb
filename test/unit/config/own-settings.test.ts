import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KEYS } from "../../../src/config/keys.ts";
import { OWN_KEYS, settingsByKey } from "../../../src/config/own-settings.ts";

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
  };
}

/** `pythonExecution: disabled` says the same. */
const SAID_OTHERWISE = ["approval.capabilities.python_execution.enabled"];

describe("a person's settings", () => {
  it("reach every key that is not the workspace's alone", () => {
    const reached = (path: string) =>
      Object.values(OWN_KEYS).some((own) => path === own || path.startsWith(`${own}.`));
    const missing = KEYS.filter(({ path, merge }) => merge !== "workspace" && !reached(path));
    expect(missing.map(({ path }) => path)).toEqual(SAID_OTHERWISE);
  });

  it("are in the manifest, each of them", () => {
    const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
    const names = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    expect(names).toEqual(expect.arrayContaining(Object.keys(OWN_KEYS).map((name) => `countersign.${name}`)));
  });

  it("are taken apart down to the keys, and what no key has is kept to be reported", () => {
    const set: Record<string, unknown> = {
      "execution.method": "local",
      "container.existingImage": "",
      "execution.limits": { seconds: 900 },
      "execution.modes": {
        careful: { limits: { cpus: 1 }, environment: { A: "b" }, networks: ["inner"], typo: true },
      },
    };
    expect(settingsByKey((name) => set[name])).toEqual({
      "framework.execution.execution_method": "local",
      "framework.execution.limits.seconds": 900,
      "framework.execution.modes.careful.limits.cpus": 1,
      "framework.execution.modes.careful.environment": { A: "b" },
      "framework.execution.modes.careful.networks": ["inner"],
      "framework.execution.modes.careful.typo": true,
    });
  });
});
