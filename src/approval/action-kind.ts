import type { Assessment } from "./assessment.ts";
import type { Claim, StartedClaim } from "./claim.ts";
import type { ErrorRecord } from "../errors.ts";

/** One kind of thing that needs approval: a Python run, a memory entry. Registered once with `Approvals.register`. */
export interface ActionKind<P, R> {
  readonly kind: string;
  readonly version: number;
  /** Checks a stored payload before it is used. @throws on a shape it does not know */
  parse(payload: unknown): P;
  /** What could it do? Also called after a person's edit. */
  assess(payload: P, signal: AbortSignal): Promise<Assessment>;
  /** The text that a person may edit before approving. */
  text(payload: P): string;
  /** The payload after the person's edit, with what follows from it: an edited run may name other files. */
  amend(payload: P, text: string): P | Promise<P>;
  /** The same action in the world as it is now: input digests, image. A different hash means it must not run. */
  observe(payload: P): Promise<P>;
  /**
   * In what an action differs from an earlier one, its text aside, for the person who decides: `the image was rebuilt`.
   * Where there are none of them, the differing fields are named.
   */
  differences?(earlier: P, now: P): readonly string[];
  /**
   * Does it. Prepares, starts the claim, acts.
   * @throws ActionFailed when it was started and ended badly, with what it left behind; CountersignError `cancelled` on
   * abort; Detached where the abort's reason is `Closing` and what was started goes on
   */
  perform(payload: P, claim: Claim, signal: AbortSignal): Promise<R>;
  /**
   * What became of an action whose process died, or let go of it, after it had started: asks the world, not the process.
   * Where it still goes on, its end is waited for; an abort ends it, unless its reason is `Closing`: then it goes on. Absent
   * where nobody can tell.
   */
  recover?(payload: P, started: StartedClaim, signal: AbortSignal): Promise<Recovered<R>>;
}

/** What is known of an action whose process died. `not-run`: it is proved that nothing ran, and that nothing can any more. */
export type Recovered<R> =
  | { readonly state: "finished"; readonly result: R }
  | { readonly state: "failed" | "cancelled"; readonly error: ErrorRecord; readonly result?: R }
  | { readonly state: "outcome-unknown"; readonly reason: string }
  | { readonly state: "not-run" };
