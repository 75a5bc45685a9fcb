import type { ActionKind } from "./action-kind.ts";
import type { Assessment } from "./assessment.ts";
import type { Claim } from "./claim.ts";
import type { RequestId } from "./decisions.ts";
import { CountersignError } from "../errors.ts";

export const EXTENSION_ACT = "extension-act";
export const EXTENSION_ACT_VERSION = 1;
const LONGEST_TEXT = 100_000;
const LONGEST_LINE = 200;
const MOST_EFFECTS = 50;

export interface ExtensionAct {
  /** What it calls itself. */
  readonly extension: string;
  readonly text: string;
  readonly effects: readonly string[];
}

type Doing = (signal: AbortSignal) => Promise<unknown>;

/** What another extension wants to do: it says what that is, does it itself, and cannot be held to it. */
export class ExtensionActKind implements ActionKind<ExtensionAct, null> {
  readonly kind = EXTENSION_ACT;
  readonly version = EXTENSION_ACT_VERSION;
  private readonly doings = new Map<RequestId, Doing>();

  /** How the act is done, once it is claimed. */
  prepare(id: RequestId, doing: Doing): void {
    this.doings.set(id, doing);
  }

  parse(payload: unknown): ExtensionAct {
    const { extension, text, effects } = (payload ?? {}) as Record<string, unknown>;
    const areTexts = Array.isArray(effects) && effects.every((effect) => typeof effect === "string");
    if (typeof extension !== "string" || typeof text !== "string" || !areTexts)
      throw new TypeError("an extension's act has a name, a text and effects");
    return { extension, text, effects };
  }

  assess(act: ExtensionAct): Promise<Assessment> {
    const effects = act.effects.map((summary) => ({ kind: "dynamic" as const, ordinary: false, summary }));
    const refusal = refusalOf(act);
    return Promise.resolve({
      effects,
      findings: [],
      isolation: {
        level: "none",
        networks: [],
        summary: `Another extension does it, with your rights. It calls itself “${act.extension}” (self-declared), and nothing holds it to what it says here.`,
      },
      summary: act.effects.join(", "),
      ...(refusal === undefined ? {} : { refusal }),
    });
  }

  text({ text }: ExtensionAct): string {
    return text;
  }

  /** @throws `input-refused`: the extension would do what it asked for, not what was edited */
  amend(act: ExtensionAct, text: string): ExtensionAct {
    if (text === act.text) return act;
    throw new CountersignError("input-refused", {
      message: "What another extension wants to do cannot be edited here.",
      next: "Reject it, and say there what should be different.",
    });
  }

  observe(act: ExtensionAct): Promise<ExtensionAct> {
    return Promise.resolve(act);
  }

  async perform(_act: ExtensionAct, claim: Claim, signal: AbortSignal): Promise<null> {
    const doing = this.doings.get(claim.requestId);
    this.doings.delete(claim.requestId);
    if (doing === undefined) throw nobodyHere();
    await claim.startPatiently();
    await doing(signal);
    return null;
  }
}

function refusalOf({ extension, text, effects }: ExtensionAct): string | undefined {
  if (extension.trim() === "" || extension.length > LONGEST_LINE) return "It does not say who asks.";
  if (text.trim() === "") return "It does not say what would be done.";
  if (text.length > LONGEST_TEXT) return `What would be done is longer than ${LONGEST_TEXT} characters.`;
  if (effects.length === 0 || effects.length > MOST_EFFECTS)
    return "It does not say what it does to the world.";
  return effects.some((effect) => effect.trim() === "" || effect.length > LONGEST_LINE)
    ? "It does not say in a line each what it does to the world."
    : undefined;
}

function nobodyHere(): CountersignError {
  return new CountersignError("approval-state", {
    message: "The extension that asked for this is not waiting for it any more.",
    kept: "Nothing was done.",
    next: "Let the extension ask again.",
  });
}
