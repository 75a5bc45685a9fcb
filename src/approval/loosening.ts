import type { Loosening } from "../config/configuration.ts";
import { CountersignError } from "../errors.ts";
import type { ActionKind } from "./action-kind.ts";
import type { Json } from "./actions.ts";
import type { Assessment } from "./assessment.ts";
import type { Claim } from "./claim.ts";

export const LOOSENING = "loosening";
export const LOOSENING_VERSION = 1;

/** What a workspace's file asks for beyond the person's own settings, all at once. */
export interface LooseningAction {
  readonly changes: readonly Loosening[];
}

/** Accepting it as the person's own setting for this workspace, as an action that needs approval. Nothing runs. */
export class LooseningKind implements ActionKind<LooseningAction, null> {
  readonly kind = LOOSENING;
  readonly version = LOOSENING_VERSION;
  private readonly now: () => readonly Loosening[];
  private readonly store: (changes: readonly Loosening[], claim: Claim) => Promise<void>;

  /** @param now What the file asks for at this moment. */
  constructor(
    now: () => readonly Loosening[],
    store: (changes: readonly Loosening[], claim: Claim) => Promise<void>,
  ) {
    this.now = now;
    this.store = store;
  }

  parse(payload: unknown): LooseningAction {
    const { changes } = (payload ?? {}) as Record<string, unknown>;
    if (!Array.isArray(changes) || !changes.every(isLoosening))
      throw new TypeError("a loosening has keys, each with what is in force and what is asked for");
    return { changes };
  }

  assess({ changes }: LooseningAction): Promise<Assessment> {
    const effects = changes.map((change) => ({
      kind: "environment" as const,
      target: change.path,
      ordinary: false,
      summary: `sets ${change.path} to ${shown(change.asked)}, from ${shown(change.inForce)}`,
    }));
    return Promise.resolve({
      effects,
      findings: [],
      isolation: {
        level: "none",
        networks: [],
        summary:
          "Your own settings for this workspace only. Nothing runs now; what runs later is judged by them, as long as the workspace's file asks for exactly this.",
      },
      summary: changes.length === 1 ? "makes 1 setting looser" : `makes ${changes.length} settings looser`,
      ...(changes.length === 0 ? { refusal: "The workspace's file asks for nothing any more." } : {}),
    });
  }

  text(action: LooseningAction): string {
    return looseningText(action);
  }

  /** @throws `input-refused`: what the file says is changed in the file */
  amend(action: LooseningAction, text: string): LooseningAction {
    if (text === this.text(action)) return action;
    throw new CountersignError("input-refused", {
      message: "What a workspace's file asks for is changed in the file.",
      next: "Reject this, or change the file: then it is asked about anew.",
    });
  }

  /** The file may say something else by now: then what was approved is not what would be set. */
  observe(): Promise<LooseningAction> {
    return Promise.resolve({ changes: this.now() });
  }

  differences(): readonly string[] {
    return ["the workspace's file asks for something else"];
  }

  async perform({ changes }: LooseningAction, claim: Claim): Promise<null> {
    await this.store(changes, claim);
    return null;
  }
}

/** Each key with what it would be, what it is, and what it means. */
export function looseningText({ changes }: LooseningAction): string {
  return changes
    .map(
      ({ path, inForce, asked, description }) =>
        `${path}: ${shown(asked)}\n    now ${shown(inForce)}\n    ${description}`,
    )
    .join("\n\n");
}

function isLoosening(change: unknown): change is Loosening {
  const { path, description } = (change ?? {}) as Record<string, unknown>;
  return typeof path === "string" && typeof description === "string";
}

function shown(value: Json | Loosening["asked"]): string {
  if (value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
