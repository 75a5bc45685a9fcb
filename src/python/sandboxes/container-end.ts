import { text } from "node:stream/consumers";
import { LABEL, type Engine } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";
import { collectArchive } from "../runs/archive.ts";
import type { Collector } from "../runs/collector.ts";
import { controlVolume, keptVolume } from "./container-spec.ts";
import { madeAs } from "./ownership.ts";
import { WORKING_FOLDER } from "./paths.ts";

/** Control groups of version 2 and of version 1. */
const READ_MEMORY_EVENTS =
  "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null";

/** Paused while it is read: what is collected cannot change meanwhile, and nothing in it goes on working afterwards. */
export async function collectFrom(engine: Engine, id: string, collector: Collector): Promise<void> {
  const found = await engine.inspect(id);
  if (!found) throw sandboxVanished();
  if (found.state === "running") await engine.pause(id);
  if (found.state === "running" || found.state === "paused") {
    await collectArchive(await engine.getArchive(id, WORKING_FOLDER), collector);
  } else collector.leaveOut("everything", `the container is ${found.state}`);
  await engine.kill(id);
}

/** Why nothing answers any more in a container: asks the engine, not the kernel. */
export async function causeOfDeath(
  engine: Engine,
  id: string,
): Promise<"out-of-memory" | "kernel-died" | "engine-stopped"> {
  const found = await engine.inspect(id).catch(() => undefined);
  if (!found) return "engine-stopped";
  const outOfMemory = found.outOfMemory === true || (await memoryRanOut(engine, id));
  return outOfMemory ? "out-of-memory" : "kernel-died";
}

/** The engine tells it of the container's first process only; the system's own counter tells it of all. */
async function memoryRanOut(engine: Engine, id: string): Promise<boolean> {
  try {
    const events = await engine.exec(id, ["/bin/sh", "-c", READ_MEMORY_EVENTS]);
    events.end();
    return /^oom_kill [1-9]/m.test(await text(events));
  } catch {
    return false;
  }
}

/** Volumes and network have the name under which the container was made. */
export async function removeAll(engine: Engine, id: string | undefined, name: string): Promise<void> {
  if (id !== undefined) await engine.remove(id);
  for (const volume of [name, keptVolume(name), controlVolume(name)]) await engine.removeVolume(volume);
  await engine.removeNetwork(name);
}

/** A sandbox that another process made, with its volumes, its network and its control gateway. */
export async function removeSandbox(engine: Engine, id: string): Promise<void> {
  const found = await engine.inspect(id);
  const volumes = (found?.mounts ?? []).filter(({ type }) => type === "volume").map(({ source }) => source);
  await engine.remove(id);
  const name = found && madeAs(found);
  for (const gateway of name === undefined ? [] : await engine.containers(`${LABEL}=gateway`))
    if (madeAs(gateway) === name) await engine.remove(gateway.id);
  for (const volume of volumes) await engine.removeVolume(volume);
  for (const network of found?.networks ?? [])
    if (volumes.includes(network)) await engine.removeNetwork(network);
}

export function sandboxVanished(): CountersignError {
  return new CountersignError("engine-stopped", {
    message: "The sandbox is gone: the container engine does not know it any more.",
    kept: "The output so far.",
    next: "See whether the container engine was restarted, then run the analysis again.",
  });
}
