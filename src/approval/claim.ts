import type { Sha256 } from "./actions.ts";
import type { Noted } from "./outcome.ts";
import type { RequestId } from "./decisions.ts";

/** Known to `claims.ts` alone: nobody else can make a value of type `Claim`. */
export declare const minted: unique symbol;

/** The right to do one approved thing, once. Everything that has an effect takes one. */
export interface Claim {
  readonly [minted]: true;
  readonly requestId: RequestId;
  readonly hash: Sha256;
  readonly by: "person" | "grant" | "policy";
  /**
   * Commits `started`, within the transaction that acts. Call it or the other, once, when the room is ready to act.
   * @param noted What the ledger's row says besides, such as digests of what is read.
   * @throws `claim-lost` if reclaimed meanwhile, or called twice; `database-locked`
   */
  start(noted?: Noted): void;
  /** The same for acts outside the database: as soon as no other program is in the way of it. */
  startPatiently(noted?: Noted): Promise<void>;
}

/** What was started by a process that is dead now. */
export interface StartedClaim extends Pick<Claim, "requestId" | "hash" | "by"> {
  /** Milliseconds since the epoch, before anything was done. */
  readonly startedAt: number;
}
