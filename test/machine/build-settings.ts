import { existsSync } from "node:fs";
import { dockerClient } from "./parts/container-engine.ts";

/** What an image build needs on this machine, derived from its environment; given to the product as the user's settings. */
export interface BuildSettings {
  readonly buildNetwork: "default" | "host";
  readonly buildArguments: Readonly<Record<string, string>>;
  /** PEM bundle of certificate authorities; null where the image's own are enough. */
  readonly extraCaFile: string | null;
}

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
const INDEXES = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT"];
/** In the order in which they speak about pip, the one that downloads in our builds. */
const CA_FILES = ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
const PROBE_IMAGE = "debian:bookworm-slim";
const PROBE_LIMIT_SECONDS = 5;

export async function buildSettings(environment: NodeJS.ProcessEnv = process.env): Promise<BuildSettings> {
  const passed = [...PROXIES, ...INDEXES].flatMap((name) => {
    const value = environment[name];
    return value ? [[name, value] as const] : [];
  });
  return {
    buildNetwork: await buildNetwork(environment),
    buildArguments: Object.fromEntries(passed),
    extraCaFile: extraCaFile(environment),
  };
}

/** The same as the settings that a person would write. */
export function asUserSettings(settings: BuildSettings): Record<string, unknown> {
  return {
    "countersign.container.buildNetwork": settings.buildNetwork,
    "countersign.container.buildArguments": settings.buildArguments,
    "countersign.container.extraCaFile": settings.extraCaFile ?? "",
  };
}

export function extraCaFile(environment: NodeJS.ProcessEnv): string | null {
  const named = CA_FILES.flatMap((name) => environment[name] ?? []);
  return named.find((file) => existsSync(file)) ?? null;
}

/** Where builds download from: the proxy where there is one, else the package index. */
export function downloadAddress(environment: NodeJS.ProcessEnv): { host: string; port: number } {
  const address =
    environment.HTTPS_PROXY ?? environment.https_proxy ?? environment.PIP_INDEX_URL ?? "https://pypi.org/";
  const url = new URL(address);
  return { host: url.hostname, port: Number(url.port) || (url.protocol === "http:" ? 80 : 443) };
}

/** `host` where a container of the default network cannot reach what builds download from. Tried, for nothing else tells it. */
async function buildNetwork(environment: NodeJS.ProcessEnv): Promise<"default" | "host"> {
  const { host, port } = downloadAddress(environment);
  const container = await dockerClient().createContainer({
    Image: PROBE_IMAGE,
    Cmd: ["timeout", String(PROBE_LIMIT_SECONDS), "bash", "-c", `exec 3<>/dev/tcp/${host}/${port}`],
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return StatusCode === 0 ? "default" : "host";
  } catch {
    return "host"; // An engine without a working bridge does not even start it.
  } finally {
    await container.remove({ force: true });
  }
}
