import { EFFECT_NAMES } from "../config/effect-names.ts";

/** What code can do, in the house's words (CONTRIBUTING.md lists what each means). */
export const EFFECT_KINDS = [...EFFECT_NAMES, "unknown-import"] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

/** One thing that the action can do. */
export interface Effect {
  readonly kind: EffectKind;
  /** The file, address, channel or module where it is known; absent where it is not. Whole: people are shown it shortened. */
  readonly target?: string;
  /** Part of what it is done to, or all of it, is not known. */
  readonly unknownTarget?: true;
  /** The value written, where it folds to a constant. */
  readonly value?: string;
  /** True where doing this to this target is ordinary for the mode: reading granted data, writing in the working folder. */
  readonly ordinary: boolean;
  /** Guessed from a name: it asks, and neither refuses nor opens anything. Absent where it is known. */
  readonly certainty?: "likely";
  /** For people, without a full stop: `reads data/co2.csv`, `sets SR:MAG:CURRENT to 2.5`, `may set …` where it is likely. */
  readonly summary: string;
}

/** Why an effect was found, and where. Lines and columns count from 1, columns in UTF-16 units; end is exclusive. */
export interface Finding {
  readonly effect: EffectKind;
  /** Of a notebook: the cell that the lines are of, from 1. */
  readonly cell?: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** One sentence for people: `epics.caput sets a channel; caput was imported in line 2`. */
  readonly message: string;
  /** As of its effect. */
  readonly certainty?: "likely";
  /** As of its effect: nothing more than what the place allows anyway. */
  readonly ordinary: boolean;
  /** What would avoid it, as one instruction; absent where it is ordinary, or where nothing would. */
  readonly avoid?: string;
}

/** Where the action would run, as far as it limits what the action can do. */
export interface Isolation {
  readonly level: "container" | "local" | "remote" | "none";
  /** Names of the networks it reaches; empty is none. */
  readonly networks: readonly string[];
  /** One sentence for people. */
  readonly summary: string;
}

/** What could this action do? Computed again after each edit of a person. */
export interface Assessment {
  readonly effects: readonly Effect[];
  readonly findings: readonly Finding[];
  readonly isolation: Isolation;
  /** Plain words: `reads 1 file, writes nothing, no network`. */
  readonly summary: string;
  /** Set where the action can never be approved as it stands (code that does not parse, a mode that forbids it), with the reason. */
  readonly refusal?: string;
}
