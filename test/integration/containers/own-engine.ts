import type { ChildProcess } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { findEngine } from "../../../src/containers/engine-discovery.ts";
import { BASE_IMAGE, never } from "./engine-under-test.ts";

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;

/** A Docker engine of a test's own, which may be killed without disturbing anybody. */
export class OwnEngine {
  readonly host: string;
  private readonly folder: string;
  private daemon: ChildProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.host = `unix://${join(folder, "docker.sock")}`;
  }

  /** Running, with the base image in it. */
  static async start(): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), "own-engine-")));
    await engine.startAgain();
    await run("sh", ["-c", `docker save ${BASE_IMAGE} | docker --host ${engine.host} load`]);
    return engine;
  }

  async startAgain(): Promise<void> {
    const at = (name: string): string => join(this.folder, name);
    const log = await open(at("log"), "a");
    const places = ["--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("pid")];
    const apart = ["--bridge", "none", "--iptables=false", "--host", this.host];
    // In a network name space of its own: an engine without a bridge removes the one that the machine's engine uses.
    const command = ["--net", "dockerd", ...places, ...apart];
    this.daemon = spawn("unshare", command, { stdio: ["ignore", log.fd, log.fd] });
    await log.close();
    await this.untilReady();
  }

  /** From one moment to the next, as a crash would. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
    // The next one would wait in vain for the containerd of this one.
    const pidFile = join(this.folder, "exec/containerd/containerd.pid");
    await run("kill", ["-9", (await readFile(pidFile, "utf8")).trim()]).catch(() => undefined);
    await rm(pidFile);
  }

  async remove(): Promise<void> {
    await this.end("SIGTERM");
    await this.unmount();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  /** A killed engine leaves its mounts behind; the deepest goes first. */
  private async unmount(): Promise<void> {
    const mounts = (await readFile("/proc/self/mounts", "utf8"))
      .split("\n")
      .map((line) => line.split(" ")[1] ?? "");
    const ours = mounts
      .filter((place) => place.startsWith(`${this.folder}/`))
      .sort()
      .reverse();
    for (const place of ours) await run("umount", ["--lazy", place]);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.daemon;
    this.daemon = undefined;
    if (ending?.exitCode !== null) return;
    const exited = once(ending, "exit");
    ending.kill(signal);
    await exited;
  }

  private async untilReady(): Promise<void> {
    const limit = AbortSignal.timeout(READY_WITHIN_MS);
    for (;;) {
      const found = await findEngine({ DOCKER_HOST: this.host }, never).catch(() => undefined);
      if (found) {
        found.agent.destroy();
        return;
      }
      limit.throwIfAborted();
      await delay(100);
    }
  }
}
