import { CountersignError } from "../errors.ts";
import { hashAction, type Action, type Json, type Sha256 } from "./actions.ts";
import type { ActionKind, Recovered } from "./action-kind.ts";
import type { Assessment } from "./assessment.ts";
import type { Claim, StartedClaim } from "./claim.ts";
import { differingPaths } from "./difference.ts";

/** One action with what its kind can do with it. The payload's type stays between the kind and itself. */
export interface BoundAction {
  readonly action: Action<Json>;
  readonly hash: Sha256;
  text(): string;
  amended(text: string): Promise<BoundAction>;
  assess(signal: AbortSignal): Promise<Assessment>;
  /** In what another action of this kind differs from this one, the text aside, in words. */
  differences(other: Action<Json>): readonly string[];
  /** What differs in the world now from what the action says; undefined where nothing does. */
  changed(): Promise<string | undefined>;
  perform(claim: Claim, signal: AbortSignal): Promise<unknown>;
  /** Undefined where nobody can tell what became of it. */
  recover(started: StartedClaim, signal: AbortSignal): Promise<Recovered<unknown> | undefined>;
}

/** The kinds of action that this process knows how to do. */
export class Kinds {
  private readonly binders = new Map<
    string,
    { version: number; bind: (action: Action<Json>) => BoundAction }
  >();

  register<P, R>(kind: ActionKind<P, R>): void {
    const bind = (action: Action<Json>) => bound(kind, action, kind.parse(action.payload));
    this.binders.set(kind.kind, { version: kind.version, bind });
  }

  /** True where the kind is known and no longer speaks this version: such a request is void. */
  isOutdated(action: Action<Json>): boolean {
    const known = this.binders.get(action.kind);
    return known !== undefined && known.version !== action.version;
  }

  /** @throws `approval-state` for a kind that is not registered; what `ActionKind.parse` throws */
  bind(action: Action<Json>): BoundAction {
    const known = this.binders.get(action.kind);
    if (known?.version === action.version) return known.bind(action);
    throw new CountersignError("approval-state", {
      message: `Nothing here knows how to do “${action.kind}” in version ${action.version}.`,
      kept: "The request is kept.",
      next: "Update Countersign or enable the extension that asked, or ask again.",
    });
  }
}

function bound<P, R>(kind: ActionKind<P, R>, action: Action<Json>, payload: P): BoundAction {
  return {
    action,
    hash: hashAction(action),
    text: () => kind.text(payload),
    amended: async (text) => {
      const edited = await kind.amend(payload, text);
      return bound(kind, withPayload(action, edited), edited);
    },
    assess: (signal) => kind.assess(payload, signal),
    differences: (other) => kind.differences?.(payload, kind.parse(other.payload)) ?? [],
    changed: async () => {
      const observed = await kind.observe(payload);
      if (hashAction(withPayload(action, observed)) === hashAction(action)) return undefined;
      const differences = kind.differences?.(payload, observed) ?? [];
      return (differences.length > 0 ? differences : differingPaths(payload, observed)).join(", ");
    },
    perform: (claim, signal) => kind.perform(payload, claim, signal),
    recover: async (started, signal) => kind.recover?.(payload, started, signal),
  };
}

/** Through JSON, so that what is stored, hashed and compared is the same. */
function withPayload(action: Action<Json>, payload: unknown): Action<Json> {
  return { ...action, payload: JSON.parse(JSON.stringify(payload)) as Json };
}
