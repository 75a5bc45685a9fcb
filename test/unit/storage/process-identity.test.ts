import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isAlive, thisProcess } from "../../../src/storage/process-identity.ts";

describe("a process", () => {
  it("that runs is alive", () => {
    expect(isAlive(thisProcess())).toBe(true);
  });

  it("of another boot, or an earlier one with the same number, is not", () => {
    expect(isAlive({ ...thisProcess(), boot: "another" })).toBe(false);
    expect(isAlive({ ...thisProcess(), started: "1" })).toBe(false);
  });

  it("in another name space of processes is left to itself", () => {
    expect(isAlive({ ...thisProcess(), pid: 2 ** 22 + 1, pidSpace: "pid:[1]" })).toBe(true);
  });

  it("that was killed is dead", async () => {
    const script = `import { thisProcess } from ${JSON.stringify(new URL("../../../src/storage/process-identity.ts", import.meta.url).href)};
      console.log(JSON.stringify(thisProcess())); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const owner = JSON.parse(line.toString()) as ReturnType<typeof thisProcess>;
    expect(owner.pid).toBe(child.pid);
    expect(isAlive(owner)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(owner)).toBe(false);
  });
});
