import type { EffectKind } from "../../approval/assessment.ts";
import type { Domain, Entry } from "./knowledge-domain.ts";

/** Effects by dotted path: `control-write`, several separated by spaces, or `computes` for none. */
export type Classification = Readonly<Record<string, string>>;

/** What a facility says about modules of its own, and a workspace about any. */
export interface Facility {
  /** Makes them known. A package says it of everything in it that has no line of its own. */
  readonly modules: Classification;
  /** Added to what is known; makes nothing known. */
  readonly effects: Classification;
}

/** The facility's own modules in the words of the knowledge that ships. */
export function facilityDomain(modules: Classification): Domain {
  const described = Object.entries(modules).map(([path, effects]) => [path, entryOf(effects)] as const);
  const packages = described.filter(([path]) => !path.includes("."));
  const members = described.filter(([path]) => path.includes("."));
  return {
    domain: "facility",
    about: "Modules of the facility, as its people classify them",
    others: Object.fromEntries(packages),
    entries: members.map(([path, entry]) => {
      const dot = path.lastIndexOf(".");
      return { of: path.slice(0, dot), names: path.slice(dot + 1), ...entry };
    }),
  };
}

export function classifiedAs(classification: string): readonly EffectKind[] {
  return classification === "computes" ? [] : (classification.split(" ") as EffectKind[]);
}

/** Facilities' own functions take the channel first and its value second, as everybody's do. */
function entryOf(classification: string): Entry {
  const does = classifiedAs(classification);
  if (does.length === 0) return {};
  const isControl = does.some((effect) => effect === "control-read" || effect === "control-write");
  if (!isControl) return { does };
  return { does, channel: [0, "pvname", "channel", "name"], value: [1, "value"] };
}
