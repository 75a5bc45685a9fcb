import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Labelled {
  readonly name: string;
  /** Effects that must be found: `kind` or `kind=target`. */
  readonly expected: readonly string[];
  readonly code: string;
}

/** Reads a corpus: `#%% name | effect, effect=target` before each snippet. */
export function readCorpus(name: "dangerous" | "harmless"): readonly Labelled[] {
  const file = fileURLToPath(new URL(`corpus/${name}.txt`, import.meta.url));
  return readFileSync(file, "utf8")
    .split(/^#%% /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      const [title = "", labels = ""] = section.slice(0, end).split(" | ");
      return {
        name: title,
        expected: labels.split(", ").filter((label) => label !== ""),
        code: section.slice(end + 1),
      };
    });
}
