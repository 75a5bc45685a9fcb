import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Apt } from "../apt.ts";
import { must, output } from "../commands.ts";
import type { Part } from "../parts.ts";
import { dockerClient } from "./container-engine.ts";

const REPOSITORY = "debian";
const TAG = "bookworm-slim";
const RELEASE = "bookworm";
const PULL_LIMIT_MS = 120_000;

/** The one image that our Dockerfiles start from: pulled, or made of Debian's own packages where no registry answers. */
export function baseImage(apt: Apt, engine: Part): Part {
  return {
    name: "base image",
    neededFor: "integration and end-to-end tests",
    byHand: `make ${REPOSITORY}:${TAG} known to the engine`,
    ready: async () => (await engine.ready()) && (await isThere()),
    async ensure(say) {
      if (!(await engine.ready())) throw new Error("it needs the container engine");
      say(`pulling ${REPOSITORY}:${TAG}`);
      if (await pulled()) return;
      say("no registry gave it, so it is made of Debian's packages");
      if (output("debootstrap", ["--version"]) === undefined) await apt.install(["debootstrap"], say);
      await makeFromPackages(say);
    },
  };
}

async function isThere(): Promise<boolean> {
  return dockerClient()
    .getImage(`${REPOSITORY}:${TAG}`)
    .inspect()
    .then(() => true)
    .catch(() => false);
}

async function pulled(): Promise<boolean> {
  const docker = dockerClient();
  try {
    const abortSignal = AbortSignal.timeout(PULL_LIMIT_MS);
    const progress = await docker.pull(`${REPOSITORY}:${TAG}`, { abortSignal });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
    });
  } catch {
    return false; // No registry from here; the caller has another way.
  }
  return isThere();
}

async function makeFromPackages(say: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("making it needs root");
  const folder = mkdtempSync(join(tmpdir(), "countersign-base-"));
  try {
    say("debootstrap (about half a minute)");
    const wanted = ["--variant=minbase", "--include=ca-certificates", RELEASE, folder];
    await must("debootstrap", [...wanted, ...mirror()], { environment: proxied() });
    await importFolder(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importFolder(folder: string): Promise<void> {
  const tar = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(tar, "close");
  const answer = await dockerClient().importImage(tar.stdout, { repo: REPOSITORY, tag: TAG });
  answer.resume();
  await once(answer, "end");
  await closed;
  if (!(await isThere())) throw new Error("the engine did not take the image");
}

/** Where this machine gets the release's packages from, if it says so. */
function mirror(): string[] {
  const sites = output("apt-get", ["indextargets", "--format", "$(REPO_URI)", `Codename: ${RELEASE}`]);
  return (
    sites
      ?.split("\n")
      .filter((site) => site.startsWith("http"))
      .slice(0, 1) ?? []
  );
}

/** apt may know a proxy that debootstrap's own downloads do not. */
function proxied(): NodeJS.ProcessEnv {
  const said = output("apt-config", ["shell", "proxy", "Acquire::http::Proxy"]);
  const proxy = /proxy='(.+)'/.exec(said ?? "")?.[1];
  return proxy === undefined ? process.env : { http_proxy: proxy, ...process.env };
}
