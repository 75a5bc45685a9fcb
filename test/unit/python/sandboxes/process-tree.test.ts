import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { identify, killTree } from "../../../../src/python/sandboxes/process-tree.ts";

const SLEEPS = "setInterval(() => undefined, 1000)";
/** Starts one that leaves its session, tells its id and sleeps. */
const STARTS_ANOTHER = `
const { spawn } = require("node:child_process");
console.log(spawn(process.execPath, ["-e", ${JSON.stringify(SLEEPS)}], { detached: true, stdio: "ignore" }).pid);
${SLEEPS}`;

function started(code: string, marker?: string): ChildProcess {
  const env = marker === undefined ? {} : { MARKER: marker };
  const child = spawn(process.execPath, ["-e", code], { env, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function lives(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

describe("killing what a process started", () => {
  it("ends it with a descendant that left its session", async () => {
    const marker = randomUUID();
    const child = started(STARTS_ANOTHER, marker);
    const [line] = (await once(child.stdout!, "data")) as [Buffer];
    const exited = once(child, "exit");
    await killTree(await identify(child.pid!), `MARKER=${marker}`);
    await exited;
    const again: number[] = [];
    await killTree(await identify(Number(line.toString())), `MARKER=${marker}`, (id) => again.push(id));
    expect(again).toEqual([]);
  });

  it("leaves alone a later process that got the same number", async () => {
    const child = started(`console.log(1);${SLEEPS}`);
    await once(child.stdout!, "data");
    const { id } = await identify(child.pid!);
    await killTree({ id, started: "long ago" }, `MARKER=${randomUUID()}`);
    expect(lives(id)).toBe(true);
  });

  it("says what is left", async () => {
    const child = started(`console.log(1);${SLEEPS}`);
    await once(child.stdout!, "data");
    const root = await identify(child.pid!);
    const killing = killTree(root, `MARKER=${randomUUID()}`, () => undefined);
    await expect(killing).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining(String(root.id)) as string,
    });
  });
});
