import { describe, expect, it } from "vitest";
import { accept } from "../../../src/config/accepting.ts";
import { IGNORED } from "../../../src/config/ignored-keys.ts";
import { BUILT_IN_MODES } from "../../../src/config/built-in-modes.ts";
import { KEYS } from "../../../src/config/keys.ts";
import { settingsReference } from "../../../src/config/settings-reference.ts";

describe("the table of keys", () => {
  it("accepts its own defaults, those of the built-in modes included", () => {
    const built = Object.values(BUILT_IN_MODES).flatMap((mode) => Object.entries(mode));
    const modes = built.map(([leaf, value]) => ({ path: `framework.execution.modes.*.${leaf}`, value }));
    for (const { path, value } of [...KEYS.map(({ path, default: value }) => ({ path, value })), ...modes]) {
      const key = KEYS.find((other) => other.path === path);
      if (value !== null) expect([path, accept(key!.accepts, value)]).toEqual([path, { value }]);
    }
  });

  it("names each key once, and none that is also ignored", () => {
    const paths = [...KEYS.map(({ path }) => path), ...Object.keys(IGNORED)];
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("fills the reference, a row a key", () => {
    const rows = settingsReference().split("\n").slice(2);
    expect(rows).toHaveLength(KEYS.length);
    expect(rows[0]).toBe(
      "| `approval.global_mode` | Whether approval follows each capability's own rule, is off, or is asked for everything | disabled, selective, all_capabilities | `selective` | the stricter of yours and the file's |",
    );
  });
});
