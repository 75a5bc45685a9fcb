import { IGNORED } from "./ignored-keys.ts";
import { KEYS } from "./keys.ts";
import { editDistance, suggest } from "./suggestion.ts";

/** Below these, whatever is written is meant to guard something. */
const GUARDED = /^(approval|framework\.execution\.modes)(\.|$)/;
/** Words of names that forbid, allow or ask. */
const GUARDING_WORD = /writ|approv|allow|confirm|permi|forbid|den(y|ied)|read_?only|polic/i;

/** Whether a key that this product does not know could be meant to guard something, so that nobody may ignore it. */
export function couldGuard(name: string, parent: string): boolean {
  const isOurs =
    !FOREIGN_NAMES.has(name) && OWN_NAMES.some((own) => editDistance(name.toLowerCase(), own) <= SLIPS);
  return isOurs || GUARDED.test(parent) || GUARDING_WORD.test(name);
}

/** Of our keys that guard or tighten, the names that no other document has for something else. */
const OWN_NAMES: readonly string[] = KEYS.filter(({ merge }) => merge !== "workspace")
  .flatMap(({ path }) => path.split("."))
  .filter((name) => name.includes("_"));

/** Names that the framework has for something of its own, however near one of ours they are. */
const FOREIGN_NAMES: ReadonlySet<string> = new Set(
  Object.keys(IGNORED).map((path) => path.slice(path.lastIndexOf(".") + 1)),
);

/** Of the keyboard, in one of these names. */
const SLIPS = 2;

/** The known key that was probably meant, also where its words stand in another order. */
export function meantKey(name: string, known: readonly string[]): string | undefined {
  const near = suggest(name, known);
  if (near !== undefined) return near;
  const bySorted = new Map(known.map((key) => [sortedWords(key), key]));
  const found = suggest(sortedWords(name), bySorted.keys());
  return found === undefined ? undefined : bySorted.get(found);
}

function sortedWords(name: string): string {
  return name
    .toLowerCase()
    .split(/[_\W]+/)
    .sort()
    .join("_");
}
