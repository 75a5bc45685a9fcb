import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { expect, it } from "vitest";
import { settingsReference } from "../../../src/config/settings-reference.ts";

const readme = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");

it("README's table of keys is what the schema says", async () => {
  const table = /<!-- settings:.*?-->\n(.*?)<!-- \/settings -->/s.exec(readme)?.[1]?.trim();
  const expected = await format(settingsReference(), { parser: "markdown", printWidth: 110 });
  expect(table).toBe(expected.trim());
});
