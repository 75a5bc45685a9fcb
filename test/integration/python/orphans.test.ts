import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Engine } from "../../../src/containers/engine.ts";
import { LABEL } from "../../../src/containers/engine.ts";
import { ContainerSandbox } from "../../../src/python/sandboxes/container-sandbox.ts";
import { removeOrphans } from "../../../src/python/sandboxes/orphans.ts";
import { Laboratory } from "./laboratory.ts";

const LIMITS = { seconds: 30, memoryMb: 512, cpus: 1, processes: 128, workingFolderMb: 16, outputMb: 16 };
const OWNER = join(import.meta.dirname, "owner.ts");
let lab: Laboratory;
let engine: Engine;
let image: string;

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

/** A warm sandbox whose owner was killed from outside. */
async function orphan(): Promise<{ readonly id: string; readonly volumes: readonly string[] }> {
  const owner = spawn(process.execPath, [OWNER, image, "python3"], { stdio: ["ignore", "pipe", "inherit"] });
  let id = "";
  for await (const line of createInterface({ input: owner.stdout })) {
    id = /^CONTAINER (\w+)$/.exec(line)?.[1] ?? "";
    if (id !== "") break;
  }
  onTestFinished(() => engine.remove(id));
  owner.kill("SIGKILL");
  if (owner.signalCode === null) await once(owner, "exit");
  const mounts = (await engine.inspect(id))!.mounts;
  const volumes = mounts.filter(({ type }) => type === "volume").map(({ source }) => source);
  expect(volumes).toHaveLength(2);
  return { id, volumes };
}

/** How many of them there are still. */
async function left(volumes: readonly string[]): Promise<number> {
  return (await engine.volumes(LABEL)).filter(({ name }) => volumes.includes(name)).length;
}

const exists = async (id: string) => (await engine.inspect(id)) !== undefined;

it("removes what a killed process had in reserve, with its working folder, and leaves alone what a living one has", async () => {
  const plain = { dataFolders: [], environment: {}, networks: [], control: null };
  const spec = { ...plain, image, kernelName: "python3", limits: LIMITS };
  const ours = await ContainerSandbox.create(
    { engine, gateways: lab.gateways },
    spec,
    AbortSignal.timeout(60_000),
  );
  onTestFinished(() => ours.dispose());
  const { id, volumes } = await orphan();
  await removeOrphans(engine, () => false);
  expect([await exists(id), await left(volumes)]).toEqual([false, 0]);
  expect(await exists(ours.identity.container!)).toBe(true);
  expect(ours.alive).toBe(true);
});

/** As a sandbox's control gateway is labelled. */
async function gatewayOf(id: string): Promise<string> {
  const { labels } = (await engine.inspect(id))!;
  const spec = {
    name: `countersign-test-gateway-${randomUUID()}`,
    image,
    labels: { ...labels, [LABEL]: "gateway" },
    environment: {},
    network: "none",
    user: "1000:1000",
    readOnlyRoot: true,
    memoryBytes: 64 * 1024 * 1024,
    cpus: 1,
    processes: 16,
    tmpfs: {},
    mounts: [],
  };
  const gateway = await engine.createContainer(spec, AbortSignal.timeout(60_000));
  onTestFinished(() => engine.remove(gateway));
  return gateway;
}

it("keeps the sandbox of a run and its control gateway until it is proven how the run ended", async () => {
  const { id, volumes } = await orphan();
  const gateway = await gatewayOf(id);
  const whatIsLeft = async () => [await exists(id), await exists(gateway), await left(volumes)];
  const request = randomUUID();
  await engine.rename(id, `countersign-run-${request}`);
  await removeOrphans(engine, () => false);
  expect(await whatIsLeft()).toEqual([true, true, 2]);
  await removeOrphans(engine, (over) => over === request);
  expect(await whatIsLeft()).toEqual([false, false, 0]);
});
