import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { normalName } from "../containers/packages.ts";

/** What the kernels themselves need and no program is written with. */
const INFRASTRUCTURE = new Set(["ipykernel", "jupyter-kernel-gateway"]);
const PINNED = /^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)/gm;

/**
 * Packages that the service's requirements ask for by name, with the versions that are installed: `numpy 2.3.1`.
 * @param serviceDir absolute; holds `requirements.in` and the pinned `requirements.txt`
 */
export async function installedPackages(serviceDir: string): Promise<readonly string[]> {
  const [wanted, pinned] = await Promise.all(
    ["requirements.in", "requirements.txt"].map((name) => readFile(join(serviceDir, name), "utf8")),
  );
  const versions = new Map(
    [...(pinned ?? "").matchAll(PINNED)].map(([, name = "", version]) => [normalName(name), version]),
  );
  return (wanted ?? "")
    .split("\n")
    .map((line) => normalName(line.trim()))
    .filter((name) => name !== "" && !INFRASTRUCTURE.has(name))
    .map((name) => `${name} ${versions.get(name) ?? ""}`.trim());
}

/** Top-level modules that code finds in the service's image, beside the standard library. */
export async function installedModules(serviceDir: string): Promise<ReadonlySet<string>> {
  return new Set((await readFile(join(serviceDir, "modules.txt"), "utf8")).trim().split("\n"));
}
