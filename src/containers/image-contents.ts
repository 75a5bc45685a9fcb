import { createHash } from "node:crypto";
import type { ImageInfo } from "./engine.ts";

/** What an image was made of, as its labels say. Names come from elsewhere, so the labels are the only record there is. */
export interface ImageContents {
  /** The image that it starts from: the name in its recipe, the engine's id, and digests where a registry gave it. */
  readonly base: { readonly name: string; readonly id: string; readonly digests: readonly string[] };
  readonly debian: PackageList;
  /** Empty where no Python packages are installed. */
  readonly python: PackageList;
}

export interface PackageList {
  /** SHA-256 of the list: a line for each package. */
  readonly sha256: string;
  /** Each with its version, in order. */
  readonly packages: readonly string[];
}

const BASE = "dev.countersign.base-image";
const BASE_ID = `${BASE}.id`;
const BASE_DIGESTS = `${BASE}.digests`;
const DEBIAN = "dev.countersign.debian-packages";
const PYTHON = "dev.countersign.python-packages";
const digestLabel = (list: string): string => `${list}.sha256`;

/** @param listing as the image's own file has it: a line for each package */
export function packageList(listing: string): PackageList {
  const packages = listing.split("\n").filter((line) => line !== "");
  return { sha256: digest(packages), packages };
}

export function labelsOf({ base, debian, python }: ImageContents): Readonly<Record<string, string>> {
  return {
    [BASE]: base.name,
    [BASE_ID]: base.id,
    [BASE_DIGESTS]: base.digests.join(" "),
    [DEBIAN]: debian.packages.join("\n"),
    [digestLabel(DEBIAN)]: debian.sha256,
    [PYTHON]: python.packages.join("\n"),
    [digestLabel(PYTHON)]: python.sha256,
  };
}

/** Undefined of an image that we did not build. */
export function contentsOf({ labels }: Pick<ImageInfo, "labels">): ImageContents | undefined {
  const { [BASE]: name, [BASE_ID]: id, [BASE_DIGESTS]: digests, [DEBIAN]: debian, [PYTHON]: python } = labels;
  if (name === undefined || id === undefined || debian === undefined) return undefined;
  return {
    base: { name, id, digests: (digests ?? "").split(" ").filter((one) => one !== "") },
    debian: packageList(debian),
    python: packageList(python ?? ""),
  };
}

function digest(packages: readonly string[]): string {
  return createHash("sha256")
    .update(packages.map((line) => `${line}\n`).join(""))
    .digest("hex");
}
