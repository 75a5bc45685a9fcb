import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { machinePolicyFile, readMachinePolicy } from "../../../src/config/machine-policy.ts";

/** Whoever runs the tests stands for the administrator. */
const ME = process.getuid?.() ?? 0;
const TEXT = "approval: {global_mode: all_capabilities}\n";
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-policy-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "etc"), { mode: 0o755 });
  file = join(folder, "etc", "policy.yml");
  writeFileSync(file, TEXT, { mode: 0o644 });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (administrator = ME) => readMachinePolicy(file, "linux", administrator);

describe("a machine's policy", () => {
  it("counts where only an administrator can write it", async () => {
    expect(await read()).toEqual({ file, text: TEXT });
  });

  it("is none where there is no file", async () => {
    rmSync(file);
    expect(await read()).toEqual({ file, text: undefined });
  });

  it.each([
    ["the file is others' to write", () => chmodSync(file, 0o666), "policy.yml"],
    ["its group can write it", () => chmodSync(file, 0o664), "policy.yml"],
    ["the folder is others' to write", () => chmodSync(join(folder, "etc"), 0o777), "etc"],
    ["a folder above is others' to write", () => chmodSync(folder, 0o777), "countersign-policy-"],
  ])("is not used where %s", async (_, loosen, named) => {
    loosen();
    const { text, ignored } = await read();
    expect(text).toBeUndefined();
    expect(ignored).toContain(named);
  });

  it("is judged by what a link leads to", async () => {
    const real = join(folder, "real.yml");
    writeFileSync(real, TEXT);
    chmodSync(real, 0o666);
    rmSync(file);
    symlinkSync(real, file);
    expect(await read()).toMatchObject({
      text: undefined,
      ignored: expect.stringContaining("real.yml") as string,
    });
  });

  it("of a person who is no administrator is not used", async () => {
    const { ignored } = await readMachinePolicy(file, "linux", ME + 1);
    // Root's own file is an administrator's whoever that is.
    if (ME === 0) expect(ignored).toBeUndefined();
    else expect(ignored).toContain("does not belong to an administrator");
  });

  it("that cannot be read is a mistake, never nothing", async () => {
    rmSync(file);
    mkdirSync(file);
    expect((await read()).text).toContain("cannot be read");
  });

  it("lies where each platform's administrators expect it", () => {
    expect(machinePolicyFile("linux")).toBe("/etc/countersign/policy.yml");
    expect(machinePolicyFile("darwin")).toContain("/Library/Application Support/Countersign/");
    expect(machinePolicyFile("win32")).toContain("ProgramData");
  });
});
