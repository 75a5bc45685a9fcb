import { isDeepStrictEqual } from "node:util";
import { briefly } from "../../approval/visible.ts";
import type { BoundData, BoundFile, BoundFolder, BoundListing } from "../python-run.ts";

const MOST_TOLD = 3;

/** In what data differ from what they were, in words for the person who decides. What only one of the two names is no difference. */
export function dataDifference(before: BoundData, now: BoundData): readonly string[] {
  return [
    ...folderDifference(before.folders, now.folders),
    ...both(before.files, now.files, ({ path }) => path).flatMap(([one, other]) =>
      fileDifference(one, other),
    ),
    ...both(before.listings, now.listings, ({ pattern }) => pattern).flatMap(([one, other]) =>
      listingDifference(one, other),
    ),
  ];
}

/** How a file differs from what it was; nothing where it does not. */
export function fileDifference(before: BoundFile, now: BoundFile): readonly string[] {
  if (before.digest === now.digest && before.boundBy === now.boundBy) return [];
  const name = briefly(now.path);
  if (now.boundBy === "absence") return [`${name} is gone`];
  if (before.boundBy === "absence") return [`${name} is there now`];
  return [`${name} changed`];
}

function folderDifference(before: readonly BoundFolder[], now: readonly BoundFolder[]): readonly string[] {
  const earlier = new Map(before.map((folder) => [folder.name, folder]));
  const present = new Set(now.map(({ name }) => name));
  return [
    ...now.flatMap((folder) => {
      const known = earlier.get(folder.name);
      if (known === undefined) return [`the data folder ${briefly(folder.name)} is there now`];
      return isDeepStrictEqual(known, folder)
        ? []
        : [`the data folder ${briefly(folder.name)} was replaced by another one`];
    }),
    ...before
      .filter(({ name }) => !present.has(name))
      .map(({ name }) => `the data folder ${briefly(name)} is gone, or leads out of the workspace`),
  ];
}

function listingDifference(before: BoundListing, now: BoundListing): readonly string[] {
  if (before.digest === now.digest) return [];
  const told = [...changedIn(before, now)];
  const rest = told.length - MOST_TOLD;
  if (told.length > 0)
    return [...told.slice(0, MOST_TOLD), ...(rest > 0 ? [`${rest} more of ${briefly(now.pattern)}`] : [])];
  const count = now.files - before.files;
  const how = count === 0 ? "changed" : `are ${Math.abs(count)} ${count > 0 ? "more" : "fewer"}`;
  return [`files of ${briefly(now.pattern)} ${how}`];
}

/** Where either has too many to name them, nothing. */
function* changedIn(before: BoundListing, now: BoundListing): Generator<string> {
  if (before.named.length !== before.files || now.named.length !== now.files) return;
  const earlier = new Map(before.named.map((entry) => [entry.path, entry]));
  const present = new Set(now.named.map(({ path }) => path));
  for (const entry of now.named) {
    const known = earlier.get(entry.path);
    if (known === undefined) yield `${briefly(entry.path)} is there now`;
    else if (!isDeepStrictEqual(known, entry)) yield `${briefly(entry.path)} changed`;
  }
  for (const { path } of before.named) if (!present.has(path)) yield `${briefly(path)} is gone`;
}

function both<T>(
  before: readonly T[],
  now: readonly T[],
  key: (one: T) => string,
): readonly (readonly [T, T])[] {
  const earlier = new Map(before.map((one) => [key(one), one]));
  return now.flatMap((one) => {
    const known = earlier.get(key(one));
    return known === undefined ? [] : [[known, one] as const];
  });
}
