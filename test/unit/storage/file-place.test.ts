import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { placeOf } from "../../../src/storage/file-place.ts";

it("a file is told apart from its copies, and from the same file on another machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-place-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [file, copy, machine] = ["file", "copy", "machine-id"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(file, "the same");
  writeFileSync(machine, "4f0c\n");
  const place = placeOf(file, machine);
  copyFileSync(file, copy);
  expect(placeOf(copy, machine)).not.toBe(place);
  writeFileSync(file, "written again");
  renameSync(file, join(folder, "renamed"));
  expect(placeOf(join(folder, "renamed"), machine)).toBe(place);
  writeFileSync(machine, "77ab\n");
  expect(placeOf(join(folder, "renamed"), machine)).not.toBe(place);
  expect(placeOf(join(folder, "renamed"), join(folder, "no-machine-id"))).not.toBe(place);
});
