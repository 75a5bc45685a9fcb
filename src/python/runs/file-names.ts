import { createHash } from "node:crypto";
import { isHarmlessFile, isHarmlessFolder } from "./harmless-names.ts";

const LONGEST_PART_BYTES = 200;
const LONGEST_NAME_BYTES = 900;
const DEEPEST = 16;
/** What is read otherwise than it is written by some system: streams, patterns, what Windows strips, its short forms (`GIT~1`). */
const AMBIGUOUS = /[\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}]|^[\s.]|[.\s]$|~(?=\d)/gu;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(?=\.|$)/i;
/** Added to a name that some tool could obey. No tool knows it. */
const HARMLESS_ENDING = ".collected";

/** Why a name that came out of a sandbox says no place below its working folder; undefined for a relative path with forward slashes. */
export function nameProblem(name: string): string | undefined {
  if (name.startsWith("/")) return "its name is absolute";
  const isOutside = name.split("/").some((part) => part === "" || part === "." || part === "..");
  return isOutside ? "its name does not stay in its folder" : undefined;
}

/**
 * The names under which a run's files are kept on this machine: the same on every system, no part begins with a dot, and none
 * is one that a tool obeys. Names of data stay as they are. No two files get the same, in whatever case a disk reads them.
 */
export class KeptNames {
  /** The kept part, by the kept folder and the code's own name in it. */
  private readonly parts = new Map<string, string>();
  private readonly taken = new Set<string>();

  /** @param name without a `nameProblem`; the same one always gets the same answer */
  of(name: string): string {
    const parts = shallow(name);
    let kept = "";
    parts.forEach((part, index) => {
      const isFile = index === parts.length - 1;
      const below = this.part(kept, part, isFile);
      kept = kept === "" ? below : `${kept}/${below}`;
    });
    return kept;
  }

  private part(folder: string, part: string, isFile: boolean): string {
    const key = JSON.stringify([folder, part, isFile]);
    const known = this.parts.get(key);
    if (known !== undefined) return known;
    const kept = this.free(folder, keptPart(part, isFile));
    this.parts.set(key, kept);
    return kept;
  }

  private free(folder: string, wanted: string): string {
    const dot = wanted.indexOf(".", 1);
    const [stem, ending] = dot < 0 ? [wanted, ""] : [wanted.slice(0, dot), wanted.slice(dot)];
    for (let again = 1; ; again += 1) {
      const name = again === 1 ? wanted : `${stem}-${digestOf(`${wanted} ${again} ${folder}`)}${ending}`;
      const place = foldedCase(`${folder}/${name}`);
      if (this.taken.has(place)) continue;
      this.taken.add(place);
      return name;
    }
  }
}

/** As a person may read it: nothing in it acts on the text around it. */
export function printable(name: string): string {
  return name.slice(0, 200).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD");
}

/** Folders beyond what every disk takes become one, told apart by what they were. */
function shallow(name: string): readonly string[] {
  const parts = name.split("/");
  const kept = parts.map((part) => Math.min(Buffer.byteLength(part), LONGEST_PART_BYTES) + 1);
  const bytes = kept.reduce((sum, one) => sum + one, 0);
  if (parts.length <= DEEPEST && bytes <= LONGEST_NAME_BYTES) return parts;
  return [`deep-${digestOf(parts.slice(0, -1).join("/"))}`, parts.at(-1) ?? ""];
}

function keptPart(part: string, isFile: boolean): string {
  const name = unambiguous(part);
  const isHarmless = !part.startsWith(".") && (isFile ? isHarmlessFile(name) : isHarmlessFolder(name));
  return isHarmless ? name : `${name}${HARMLESS_ENDING}`;
}

function unambiguous(part: string): string {
  const name = part.replace(AMBIGUOUS, "_").replace(WINDOWS_DEVICE, (device) => `_${device.trim()}`);
  if (Buffer.byteLength(name) <= LONGEST_PART_BYTES) return name;
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  const cut = Buffer.from(name)
    .subarray(0, 150)
    .toString()
    .replace(/\uFFFD+$/, "");
  return `${cut.replace(/[.\s]+$/, "")}-${digestOf(part)}${ending}`;
}

function foldedCase(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFC");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
