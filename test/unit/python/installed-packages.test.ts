import { join } from "node:path";
import { expect, it } from "vitest";
import { installedPackages } from "../../../src/python/installed-packages.ts";

it("names what a program may import, with its version, and nothing that only the kernel needs", async () => {
  const found = await installedPackages(join(import.meta.dirname, "../../../media/services/jupyter"));
  const names = found.map((line) => line.split(" ")[0]);
  expect(names).toEqual(expect.arrayContaining(["numpy", "pandas", "matplotlib", "pyepics"]));
  expect(names).not.toContain("ipykernel");
  for (const line of found) expect(line).toMatch(/^\S+ \d+\.\d+/);
});
