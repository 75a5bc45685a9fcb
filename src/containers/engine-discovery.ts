import { readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { CountersignError } from "../errors.ts";
import type { EngineAddress } from "./engine.ts";
import { engineReason } from "./engine-errors.ts";

/** The variables that decide where an engine is looked for: `DOCKER_HOST`, `XDG_RUNTIME_DIR`, `HOME` and Docker's TLS ones. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An engine that answered. */
export interface FoundEngine {
  readonly address: EngineAddress;
  readonly docker: Docker;
  /** Sockets of running calls; destroying it ends them. */
  readonly agent: HttpAgent;
}

interface Candidate {
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`. */
  readonly url: string;
  /** Where to look at first when it does not answer. */
  readonly namedBy: "DOCKER_HOST" | "convention";
}

const ANSWER_WITHIN_MS = 5_000;

/**
 * The engine that `DOCKER_HOST` names, or else the first of the usual sockets that answers `/version`.
 * An engine that the user named and that is silent is never replaced by another one.
 * @throws `engine-missing` with what was tried, `cancelled`
 */
export async function findEngine(environment: Environment, signal: AbortSignal): Promise<FoundEngine> {
  const refusals: string[] = [];
  for (const candidate of candidates(environment)) {
    signal.throwIfAborted();
    try {
      return await connect(candidate, environment);
    } catch (error) {
      refusals.push(`${candidate.url}: ${engineReason(error)}`);
    }
  }
  throw engineMissing(environment, refusals);
}

function candidates(environment: Environment): readonly Candidate[] {
  const named = environment.DOCKER_HOST;
  if (named) return [{ url: named.includes("://") ? named : `tcp://${named}`, namedBy: "DOCKER_HOST" }];
  const runtime = environment.XDG_RUNTIME_DIR;
  const sockets = [
    "/var/run/docker.sock",
    ...(runtime ? [join(runtime, "docker.sock")] : []),
    ...(environment.HOME ? [join(environment.HOME, ".docker/run/docker.sock")] : []),
    ...(runtime ? [join(runtime, "podman/podman.sock")] : []),
    "/run/podman/podman.sock",
  ];
  return sockets.map((socket) => ({ url: `unix://${socket}`, namedBy: "convention" }));
}

async function connect(candidate: Candidate, environment: Environment): Promise<FoundEngine> {
  const { docker, agent, remote } = client(candidate.url, environment);
  try {
    const version = await answering(docker);
    return { docker, agent, address: { product: product(version), socket: candidate.url, remote } };
  } catch (error) {
    agent.destroy();
    throw error;
  }
}

async function answering(docker: Docker): Promise<Docker.DockerVersion> {
  const patience = new AbortController();
  const silence = delay(ANSWER_WITHIN_MS, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
  });
  try {
    return await Promise.race([docker.version(), silence]);
  } finally {
    patience.abort();
    silence.catch(() => undefined);
  }
}

function client(
  url: string,
  environment: Environment,
): Omit<FoundEngine, "address"> & { readonly remote: boolean } {
  if (url.startsWith("unix://")) {
    const agent = new HttpAgent({ keepAlive: false });
    const options = { socketPath: url.slice("unix://".length), host: undefined, agent };
    return { docker: new Docker(options), agent, remote: false };
  }
  if (!url.startsWith("tcp://")) throw new Error("only unix:// and tcp:// addresses are understood");
  return tcpClient(new URL(url), environment);
}

function tcpClient(url: URL, environment: Environment): ReturnType<typeof client> {
  const secure = environment.DOCKER_TLS_VERIFY === "1" || url.port === "2376";
  const agent = secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  const options = {
    protocol: secure ? ("https" as const) : ("http" as const),
    host: url.hostname,
    port: url.port || (secure ? "2376" : "2375"),
    agent,
    ...(secure ? certificates(environment.DOCKER_CERT_PATH) : {}),
  };
  return { docker: new Docker(options), agent, remote: true };
}

function certificates(folder: string | undefined): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  if (!folder) return {};
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

function product(version: Docker.DockerVersion): EngineAddress["product"] {
  const components = version.Components as typeof version.Components | undefined;
  return components?.some((component) => component.Name.startsWith("Podman")) ? "podman" : "docker";
}

function engineMissing(environment: Environment, refusals: readonly string[]): CountersignError {
  const forbidden = refusals.some((refusal) => refusal.includes("EACCES"));
  const named = environment.DOCKER_HOST;
  return new CountersignError("engine-missing", {
    message: named
      ? `The container engine that DOCKER_HOST names does not answer (${refusals.join("; ")}).`
      : "No container engine answers on this machine.",
    kept: "The question, the code and every approval so far; nothing ran.",
    next: forbidden
      ? "You may not use the engine's socket: add yourself to its group (usermod -aG docker), or use rootless Docker or Podman."
      : named
        ? "Start that engine, or correct or unset DOCKER_HOST."
        : "Start Docker or Podman (podman system service), set DOCKER_HOST, or choose the local execution method.",
    cause: new Error(refusals.join("\n")),
  });
}
