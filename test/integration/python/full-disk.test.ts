import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Laboratory } from "./laboratory.ts";

const run = promisify(execFile);
let lab: Laboratory;
let runs: string;

/** A real file system of 256 kB and 64 files where runs are kept. */
beforeAll(async () => {
  lab = await Laboratory.open();
  runs = join(lab.workspace, lab.configuration.execution.runsFolder);
  await mkdir(runs);
  await run("mount", ["-t", "tmpfs", "-o", "size=256k,nr_inodes=64", "tmpfs", runs]);
  await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
});

afterAll(async () => {
  await run("umount", [runs]);
  await lab.dispose();
});

describe("a full disk in the run folder", () => {
  it("ends as disk-full where the files do not fit, with the output and the results kept", async () => {
    const ended = await lab.run(
      lab.container,
      "print('computed')\nresults = {'answer': 42}\nn = open('aa-small.txt', 'w').write('fits')\nn = open('big.bin', 'wb').write(b'x' * 1_000_000)\n",
    );
    expect(ended.error?.code).toBe("disk-full");
    expect(ended.error?.next).toContain("Free space");
    expect(ended.record!.text).toBe("computed\n");
    expect(JSON.parse(ended.record!.resultsText)).toEqual({ answer: 42 });
    expect(await readFile(ended.record!.notebook, "utf8")).toContain("computed");
  });

  it("starts nothing where not even the folder can be made", async () => {
    for (let free = true, n = 0; free; n += 1) {
      free = await writeFile(join(runs, `filler-${n}`), "").then(
        () => true,
        () => false,
      );
    }
    const ended = await lab.run(lab.container, "print(1)");
    expect([ended.error?.code, ended.started]).toEqual(["disk-full", 0]);
  });
});
