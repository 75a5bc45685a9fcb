import type { BoundData, BoundFile } from "../python-run.ts";

/** The digest and the path of each file, one a line, and with what is bound otherwise how. */
export function digestLines(files: readonly BoundFile[], data: BoundData): string {
  const named = [...files, ...data.files].map(({ path, digest, boundBy }) => {
    if (boundBy === "absence") return `not there ${path}`;
    return boundBy === "content" ? `${digest} ${path}` : `${digest} ${path} (${boundBy})`;
  });
  const listed = data.listings.map(({ digest, pattern }) => `${digest} ${pattern} (names, sizes and times)`);
  return [...named, ...listed].join("\n");
}
