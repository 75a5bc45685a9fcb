import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { Claim } from "../../../src/approval/claim.ts";
import type { Engine } from "../../../src/containers/engine.ts";
import type { Output } from "../../../src/python/python-run.ts";
import { ContainerSandbox } from "../../../src/python/sandboxes/container-sandbox.ts";
import { Laboratory } from "./laboratory.ts";

let lab: Laboratory;
let engine: Engine;
let image: string;
const PLAIN = { dataFolders: [], environment: {}, networks: [], control: null };
const LIMITS = { seconds: 30, memoryMb: 512, cpus: 1, processes: 128, workingFolderMb: 16, outputMb: 16 };
const patient = () => AbortSignal.timeout(60_000);

beforeAll(async () => {
  lab = await Laboratory.open();
  engine = await lab.containers.engine();
  ({ id: image } = await lab.containers.ensureSandboxImage(
    null,
    () => undefined,
    AbortSignal.timeout(280_000),
  ));
});

afterAll(async () => {
  await lab.dispose();
});

function claim(start: () => void = () => undefined, requestId: string = randomUUID()): Claim {
  return { requestId, hash: sha256(""), by: "person", startPatiently: start } as unknown as Claim;
}

function open(limits = LIMITS): Promise<ContainerSandbox> {
  return ContainerSandbox.create(
    { engine, gateways: lab.gateways },
    { ...PLAIN, image, kernelName: "python3", limits },
    patient(),
  );
}

async function read(outputs: Promise<AsyncIterable<Output>> | AsyncIterable<Output>): Promise<Output[]> {
  const all: Output[] = [];
  for await (const output of await outputs) all.push(output);
  return all;
}

async function evidence(sandbox: ContainerSandbox): Promise<string[]> {
  const log = await text(await engine.logs(sandbox.identity.container!, { follow: false }, patient()));
  return log.split("\n").filter((line) => line.startsWith("COUNTERSIGN "));
}

it("takes one request, byte for byte, refuses the next, and leaves evidence of both in the engine's log", async () => {
  const sandbox = await open();
  try {
    const code = "x = 'ünïcode \\n'\t\nprint(x)  # no line end";
    const outputs = await read(sandbox.run(code, claim(), 60, {}));
    expect(outputs.at(-1)).toMatchObject({ type: "ended", status: "ok" });
    const second = await sandbox.run("open('/work/second', 'w')", claim(), 60, {});
    for (;;) if ((await evidence(sandbox)).some((line) => line.startsWith("COUNTERSIGN refused"))) break;
    sandbox.abandon(new Error("nobody answers a refused request"));
    await expect(read(second)).rejects.toThrow("nobody answers");
    const [listening, accepted, replied, refused, ...more] = await evidence(sandbox);
    expect(listening).toBe("COUNTERSIGN listening 8888");
    expect(accepted).toMatch(new RegExp(`^COUNTERSIGN accepted [0-9a-f-]{36} ${sha256(code)}$`));
    expect(replied).toBe("COUNTERSIGN replied ok");
    expect(refused).toContain(sha256("open('/work/second', 'w')"));
    expect(more).toEqual([]);
    const list = await engine.exec(sandbox.identity.container!, ["ls", "/work"]);
    list.end();
    expect(await text(list)).toBe("");
  } finally {
    await sandbox.dispose();
  }
});

it("stops everything but itself when the time is up, with evidence of that, whoever is connected", async () => {
  const sandbox = await open();
  const { container } = sandbox.identity;
  const processes = async () => {
    const { stdout } = await promisify(execFile)("docker", ["top", container!, "-eo", "pid"]);
    return stdout.trim().split("\n").length - 1;
  };
  try {
    expect(await processes()).toBeGreaterThan(1);
    await expect(read(sandbox.run("while True: pass", claim(), 1, {}))).rejects.toThrow("connection");
    expect(await evidence(sandbox)).toContain("COUNTERSIGN overdue");
    await expect.poll(() => evidence(sandbox)).toContain("COUNTERSIGN died");
    expect(await processes()).toBe(1);
    expect((await engine.inspect(container!))?.state).toBe("running");
  } finally {
    await sandbox.dispose();
  }
});

it("sends nothing where the claim was lost", async () => {
  const sandbox = await open();
  try {
    const lost = claim(() => {
      throw new Error("claim lost");
    });
    await expect(sandbox.run("print(1)", lost, 60, {})).rejects.toThrow("claim lost");
    expect((await evidence(sandbox)).filter((line) => line.includes("accepted"))).toEqual([]);
  } finally {
    await sandbox.dispose();
  }
});

it("gives a request to one sandbox only: the engine's names are a lock of their own", async () => {
  const [one, other] = [await open(), await open()];
  try {
    const requestId = randomUUID();
    await one.adopt(claim(undefined, requestId));
    await expect(other.adopt(claim(undefined, requestId))).rejects.toMatchObject({ code: "claim-lost" });
  } finally {
    await one.dispose();
    await other.dispose();
  }
});

it("does not take a container that is not what was approved", async () => {
  const sandbox = await open();
  try {
    await engine.pause(sandbox.identity.container!);
    await expect(sandbox.adopt(claim())).rejects.toMatchObject({
      code: "sandbox-differs",
      message: expect.stringContaining("paused") as string,
    });
  } finally {
    await sandbox.dispose();
  }
});

it("notices that its container is gone, before and while code runs", async () => {
  const sandbox = await open();
  const running = await sandbox.run("import time\nprint('on', flush=True)\ntime.sleep(60)", claim(), 600, {});
  await engine.kill(sandbox.identity.container!);
  await expect(read(running)).rejects.toMatchObject({ name: "KernelLost" });
  expect(sandbox.alive).toBe(false);
  await sandbox.dispose();
  expect(await sandbox.postMortem()).toBe("engine-stopped");
});

it("ends by itself when its owner was killed before it was used", async () => {
  const owner = spawn(process.execPath, [join(import.meta.dirname, "owner.ts"), image, "python3"]);
  let id: string | undefined;
  for await (const line of createInterface({ input: owner.stdout })) {
    id = /^CONTAINER (\w+)$/.exec(line)?.[1];
    if (id !== undefined) break;
  }
  try {
    owner.kill("SIGKILL");
    expect(await engine.wait(id!, patient())).toBe(0);
  } finally {
    const mounts = (await engine.inspect(id!))?.mounts ?? [];
    await engine.remove(id!);
    for (const { type, source } of mounts) if (type === "volume") await engine.removeVolume(source);
  }
});
