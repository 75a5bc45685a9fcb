import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Docker from "dockerode";
import type { Apt } from "../apt.ts";
import { cacheDir, output } from "../commands.ts";
import type { Part } from "../parts.ts";

const START_LIMIT_MS = 60_000;
const SOCKETS = ["/var/run/docker.sock", "/run/podman/podman.sock"];

/** The engine that `DOCKER_HOST` names, or whose socket is in its usual place. */
export function dockerClient(): Docker {
  const socketPath = SOCKETS.find((socket) => existsSync(socket)) ?? SOCKETS[0]!;
  return process.env.DOCKER_HOST === undefined ? new Docker({ socketPath }) : new Docker();
}

async function answers(): Promise<boolean> {
  return dockerClient()
    .ping()
    .then(() => true)
    .catch(() => false);
}

export function containerEngine(apt: Apt): Part {
  return {
    name: "container engine",
    neededFor: "integration and end-to-end tests",
    byHand: "install docker.io and start its daemon",
    ready: answers,
    async ensure(say) {
      if (process.env.DOCKER_HOST !== undefined) throw new Error("no engine answers at DOCKER_HOST");
      if (process.platform !== "linux") throw new Error("an engine is started only on Linux");
      if (output("dockerd", ["--version"]) === undefined)
        await apt.install(["docker.io", "iptables", "ca-certificates"], say);
      if (process.getuid?.() !== 0) throw new Error("starting it needs root");
      say("starting dockerd, which goes on running");
      await startDaemon();
    },
  };
}

async function startDaemon(): Promise<void> {
  mkdirSync(cacheDir, { recursive: true });
  const logFile = join(cacheDir, "dockerd.log");
  const log = openSync(logFile, "w");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  daemon.unref();
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers())) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      const last = readFileSync(logFile, "utf8").trimEnd().split("\n").at(-1) ?? "";
      throw new Error(`dockerd does not start: ${last}`);
    }
    await pause(100);
  }
}
