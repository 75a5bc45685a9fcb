import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences whose terms allow their code inside a package under MIT, by their SPDX identifiers. */
const COMPATIBLE: ReadonlySet<string> = new Set([
  "MIT",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "Zlib",
]);

/** Texts of packages that name their licence and do not contain it, by what their names begin with. */
const KEPT: Readonly<Record<string, { readonly licence: string; readonly file: string }>> = {
  "@jupyterlab/": { licence: "BSD-3-Clause", file: "jupyterlab.txt" },
  "@lumino/": { licence: "BSD-3-Clause", file: "lumino.txt" },
  "@cfworker/json-schema": { licence: "MIT", file: "cfworker.txt" },
  "js-tiktoken": { licence: "MIT", file: "js-tiktoken.txt" },
  "split-ca": { licence: "ISC", file: "split-ca.txt" },
};

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const RULE = "=".repeat(80);
const HEADING = "Countersign contains code of these packages. Each is under its own licence, which follows.";

interface Notice {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly texts: readonly string[];
}

/**
 * Who made what is bundled, and under which terms, as one text.
 * @param files of the bundle, as paths below the root
 * @throws where a package names no licence, none that fits ours, or has no text of it
 */
export function thirdPartyNotices(root: string, files: Iterable<string>): string {
  const folders = new Set([...files].flatMap((file) => PACKAGE.exec(file.replaceAll("\\", "/"))?.[0] ?? []));
  const notices = new Map(
    [...folders].map((folder) => noticeOf(join(root, folder))).map((one) => [key(one), one]),
  );
  const sorted = [...notices].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${[HEADING, ...sorted.map(([, notice]) => section(notice))].join(`\n\n${RULE}\n`)}\n`;
}

function key({ name, version }: Notice): string {
  return `${name} ${version}`;
}

function section(notice: Notice): string {
  return `${key(notice)} (${notice.licence})\n\n${notice.texts.map((text) => text.trim()).join("\n\n")}`;
}

function noticeOf(folder: string): Notice {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: unknown;
  };
  if (typeof license !== "string") throw new Error(`${name} ${version} is bundled and names no licence`);
  if (!isCompatible(license))
    throw new Error(`${name} ${version} is bundled under ${license}, which does not fit MIT`);
  const own = filesLike(folder, /^(un)?licen[cs]e|^copying/i);
  const texts = own.length > 0 ? own : keptText(name, license);
  if (texts.length === 0) throw new Error(`${name} ${version} is bundled and does not contain its licence`);
  return { name, version, licence: license, texts: [...texts, ...filesLike(folder, /^notice/i)] };
}

/** `OR` lets us choose, `AND` does not. Anything else is not understood, and does not fit. */
function isCompatible(expression: string): boolean {
  const choices = expression.replace(/^\((.*)\)$/, "$1").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((licence) => COMPATIBLE.has(licence)));
}

function filesLike(folder: string, pattern: RegExp): readonly string[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const found = names.map(({ name }) => name).filter((name) => pattern.test(name));
  return found.sort().map((name) => readFileSync(join(folder, name), "utf8"));
}

/** What was kept for another licence than the package has now is not its text. */
function keptText(name: string, licence: string): readonly string[] {
  const kept = Object.entries(KEPT).find(([prefix]) =>
    prefix.endsWith("/") ? name.startsWith(prefix) : name === prefix,
  );
  if (kept?.[1].licence !== licence) return [];
  const file = join(import.meta.dirname, "licences", kept[1].file);
  return existsSync(file) ? [readFileSync(file, "utf8")] : [];
}
