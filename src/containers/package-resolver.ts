import { randomUUID } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { CountersignError, isCountersignError } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { LABEL } from "./engine.ts";
import { normalName, packageOf, type PinnedPackage } from "./packages.ts";
import type { ServiceRecipe } from "./service-recipe.ts";

/** How the build tells what pip would install, a line for each. */
const TOLD = /^PINNED (\S+)==(\S+) sha256:([0-9a-f]{64})$/;
const PIP_SAYS = /^\s*ERROR: (.*)$/;
const VERSION = /^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)/gm;
const RESOLVER_TAG = "countersign/package-resolver";

export interface Resolution {
  readonly engine: Engine;
  /** Of a build that resolves in place of installing; `wanted.txt` and `constraints.txt` are added to its context. */
  readonly recipe: ServiceRecipe;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly network: "default" | "host";
}

/** Packages of requirement texts, with their versions. */
export function pinnedVersions(...requirements: readonly string[]): ReadonlyMap<string, string> {
  const found = requirements.flatMap((text) => [...text.matchAll(VERSION)]);
  return new Map(found.map(([, name = "", version = ""]) => [normalName(name), version]));
}

/**
 * What has to be added to an image so that it has these packages: pip resolves them inside a build, where the index is reached
 * as it is for the image itself, and nothing is installed.
 * @param wanted as people write them: `scipy`, `scikit-learn>=1.5`
 * @param present versions of what the image has, none of which changes
 * @throws `input-refused` for what is no package, `packages-not-found` with what pip says, `cancelled`
 */
export async function resolvePackages(
  { engine, recipe, buildArguments, network }: Resolution,
  wanted: readonly string[],
  present: ReadonlyMap<string, string>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly PinnedPackage[]> {
  for (const one of wanted) if (packageOf(one) === undefined) throw noPackage(one);
  const found: PinnedPackage[] = [];
  const errors: string[] = [];
  const hear = (line: string): void => {
    const [, name, version, sha256] = TOLD.exec(line) ?? [];
    if (name !== undefined && version !== undefined && sha256 !== undefined)
      found.push({ name: normalName(name), version, sha256 });
    else onLine(line);
    errors.push(...(PIP_SAYS.exec(stripVTControlCharacters(line))?.slice(1) ?? []));
  };
  // The comment keeps the engine from taking an earlier answer out of its cache.
  const asked = `# ${randomUUID()}\n${wanted.join("\n")}\n`;
  const constraints = [...present].map(([name, version]) => `${name}==${version}\n`).join("");
  const context = {
    ...recipe.context,
    "wanted.txt": Buffer.from(asked),
    "constraints.txt": Buffer.from(constraints),
  };
  const tag = `${RESOLVER_TAG}:${randomUUID().slice(0, 8)}`;
  try {
    await engine.build({ tag, context, labels: { [LABEL]: "image" }, buildArguments, network }, hear, signal);
  } catch (error) {
    throw errors.length > 0 && isCountersignError(error, "build-failed") ? notFound(wanted, errors) : error;
  }
  await engine.removeImage(tag);
  return found.filter(({ name }) => !present.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function noPackage(text: string): CountersignError {
  return new CountersignError("input-refused", {
    message: `“${text}” is not the name of a package.`,
    next: "Write names as the package index has them, with a version where it matters: scipy, scikit-learn>=1.5.",
  });
}

function notFound(wanted: readonly string[], errors: readonly string[]): CountersignError {
  return new CountersignError("packages-not-found", {
    message: `There is no way to add ${wanted.join(", ")}: ${errors.join(" ")}`,
    kept: "The image as it is.",
    next: "Check the name and the version; only packages with a wheel for this image's Python can be added.",
  });
}
