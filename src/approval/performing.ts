import { setTimeout as delay } from "node:timers/promises";
import { CountersignError, cancelled, isClosing, isCountersignError, type ErrorRecord } from "../errors.ts";
import type { Clock, Disposable, Host, Log } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { Recovered } from "./action-kind.ts";
import type { Claims, HeldClaim, TakenOver } from "./claims.ts";
import type { RequestId } from "./decisions.ts";
import { untrusted } from "./deciding.ts";
import type { Endings } from "./endings.ts";
import type { Evidence } from "./evidence.ts";
import type { Expiry } from "./expiry.ts";
import type { Judge } from "./judging.ts";
import type { Kinds } from "./kinds.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { VerifiedLedger } from "./ledger/verified-ledger.ts";
import { lifetimeOf, type Lifetimes } from "./lifetime.ts";
import { ActionFailed, Detached, type Outcome } from "./outcome.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Requests } from "./requests.ts";

export interface PerformingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly door: Pick<Host, "trusted">;
  readonly requests: Requests;
  readonly ledger: Ledger;
  readonly endings: Endings;
  readonly claims: Claims;
  readonly evidence: Pick<Evidence, "assertOutcome">;
  readonly verified: Pick<VerifiedLedger, "prepare">;
  readonly kinds: Kinds;
  readonly judge: Judge;
  readonly lifetimes: () => Lifetimes;
  readonly refresh: () => Promise<void>;
  readonly expiry: Expiry;
}

const ENDED_BEFORE_IT_TOLD =
  "It was started, and the program that ran it ended before it could tell how that went.";
/** How it ends where it is cancelled before anybody was there to begin it again. */
const CANCELLED: Outcome<unknown> = { state: "cancelled", error: cancelled("The run").toRecord() };
/** Another process's death is not announced by the database, so a waiting one looks again after this many milliseconds. */
const LOOK_AGAIN = 500;

/** Claim, look at the world, do it, commit how it ended: once, whoever asks and however often. */
export class Performing {
  private readonly parts: PerformingParts;

  constructor(parts: PerformingParts) {
    this.parts = parts;
  }

  async perform(id: RequestId, signal: AbortSignal): Promise<Outcome<unknown>> {
    const { database, expiry, claims } = this.parts;
    await this.parts.verified.prepare();
    for (;;) {
      await database.patiently(() => expiry.endOverdue());
      const stored = this.stored(id);
      if (stored !== undefined) return stored;
      this.assertPerformable(id);
      await this.parts.refresh();
      if (await database.patiently(() => this.expired(id))) continue;
      if (isClosing(signal)) throw cancelled("The run");
      const held = await database.patiently(() => claims.take(id));
      // Performed here or taken away meanwhile: either way the next round finds what is stored, or waits for it.
      if (held !== undefined) await this.performHeld(id, held, signal);
      else if (!(await this.judgeAbandoned(id, signal))) await this.somethingChanged(signal);
    }
  }

  /** @throws `ledger-differs` where the ledger does not say that it ended so */
  private stored(id: RequestId): Outcome<unknown> | undefined {
    const { requests, evidence } = this.parts;
    const stored = requests.outcome(id);
    if (stored !== undefined) evidence.assertOutcome(id);
    return stored;
  }

  /**
   * What a process that is gone left of this request: taken up where it had not started, and otherwise what the world says
   * became of it, which is waited for where it still goes on. Aborted, it ends as cancelled, unless the reason is `Closing`:
   * then it is left to the next one. @returns whether anything was judged
   */
  async judgeAbandoned(id: RequestId, signal: AbortSignal): Promise<boolean> {
    const { claims, endings, database } = this.parts;
    const end = (outcome: Outcome<unknown>, from: "claimed" | "started") =>
      database.patiently(() => endings.end(id, [from], outcome, { token }));
    const token = claims.abandoned(id);
    if (token === undefined || isClosing(signal)) return false;
    if (signal.aborted && (await end(CANCELLED, "claimed"))) return true;
    if (await database.patiently(() => claims.reclaim(id, token))) return true;
    if (!this.parts.door.trusted()) return false;
    const taken = await database.patiently(() => claims.takeOver(id, token));
    if (taken === undefined) return false;
    try {
      const found = await this.recovered(taken, signal);
      if (found === undefined) {
        await database.patiently(() => claims.handOver(id, token));
        return false;
      }
      if (found.state !== "not-run") return await end(found, "started");
      if (signal.aborted) return await end(CANCELLED, "started");
      return await database.patiently(() => claims.provedNotRun(id, token));
    } finally {
      claims.release(token);
    }
  }

  /**
   * Whatever cannot be asked leaves the outcome unknown: a person decides then. Undefined where this window closes meanwhile,
   * so that the next one asks.
   */
  private async recovered(
    { started, request }: TakenOver,
    signal: AbortSignal,
  ): Promise<Recovered<unknown> | undefined> {
    try {
      const found = await this.parts.kinds.bind(request.action).recover(started, signal);
      if (found !== undefined) return found;
      return { state: "outcome-unknown", reason: ENDED_BEFORE_IT_TOLD };
    } catch (error) {
      if (isClosing(signal)) return undefined;
      this.parts.log.warn("What became of a run could not be found out", error);
      const why = isCountersignError(error) ? ` ${error.message}` : "";
      return { state: "outcome-unknown", reason: `${ENDED_BEFORE_IT_TOLD}${why}` };
    }
  }

  /** An edit may have made of it what holds for a shorter time than what was asked for. */
  private expired(id: RequestId): boolean {
    const { requests, endings, clock, lifetimes } = this.parts;
    const { assessment, decided } = requests.get(id);
    if (decided === undefined || clock.now() < decided.at + lifetimeOf(assessment, lifetimes())) return false;
    return endings.end(id, ["approved", "approved-edited"], { state: "expired" });
  }

  private assertPerformable(id: RequestId): void {
    if (!this.parts.door.trusted()) throw untrusted();
    if (this.parts.requests.get(id).state !== "requested") return;
    throw new CountersignError("approval-state", {
      message: "This request is not decided yet.",
      kept: "The request waits.",
      next: "Decide about it in the Approvals view.",
    });
  }

  private async performHeld(id: RequestId, held: HeldClaim, signal: AbortSignal): Promise<void> {
    try {
      const outcome = await this.attempt(held, signal);
      const { database } = this.parts;
      if (isClosing(signal) && (await database.patiently(() => this.giveBack(id, held.token, outcome))))
        throw cancelled("The run");
      await database.patiently(() => this.commit(id, held.token, outcome));
    } catch (error) {
      if (!(error instanceof Detached)) throw error;
      await this.parts.database.patiently(() => this.parts.claims.handOver(id, held.token));
      throw cancelled("Waiting for the run");
    } finally {
      this.parts.claims.release(held.token);
    }
  }

  /** A house that closes before the start leaves the approval to the next one; a person who cancels spends it. */
  private giveBack(id: RequestId, token: string, { state }: Outcome<unknown>): boolean {
    return (state === "cancelled" || state === "failed") && this.parts.claims.reclaim(id, token);
  }

  private async attempt({ claim, request }: HeldClaim, signal: AbortSignal): Promise<Outcome<unknown>> {
    try {
      const reason = await this.noLongerAllowed(request, claim.by, signal);
      if (reason !== undefined) return { state: "refused", reason };
      const bound = this.parts.kinds.bind(request.action);
      if (signal.aborted) throw cancelled("The run");
      return { state: "finished", result: await bound.perform(claim, signal) };
    } catch (error) {
      if (error instanceof Detached) throw error;
      return this.badEnd(error, signal);
    }
  }

  /**
   * Why it must not run any more: the world is another one than was approved, or configuration and policy were tightened.
   * What policy allowed unasked it must still allow, what a grant did it must leave to grants, what a person approved it must
   * not refuse.
   */
  private async noLongerAllowed(
    { action }: ApprovalRequest,
    by: HeldClaim["claim"]["by"],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (this.parts.kinds.isOutdated(action)) return "It was asked for by another version of Countersign.";
    const bound = this.parts.kinds.bind(action);
    const changed = await bound.changed();
    if (changed !== undefined) return `Changed since it was approved: ${changed}.`;
    const { verdict, reason, grantable } = this.parts.judge.judge(action, await bound.assess(signal));
    if (verdict === "refuse") return reason;
    const isEnough = verdict === "allow" || by === "person" || (by === "grant" && grantable === true);
    return isEnough ? undefined : `Policy changed and now asks: ${reason}`;
  }

  private badEnd(error: unknown, signal: AbortSignal): Outcome<unknown> {
    const result = error instanceof ActionFailed ? { result: error.result } : {};
    if (isCountersignError(error, "sandbox-differs") || isCountersignError(error, "local-not-accepted"))
      return { state: "refused", reason: error.message };
    if (isCountersignError(error, "cancelled") || (signal.aborted && isAbort(error))) {
      const record = isCountersignError(error) ? error.toRecord() : cancelled("The run").toRecord();
      return { state: "cancelled", error: record, ...result };
    }
    if (!isCountersignError(error)) this.parts.log.error("An approved action failed unexpectedly", error);
    return { state: "failed", error: recordOf(error), ...result };
  }

  /** Only the claim that holds the request ends it; what another one brings is noted and changes nothing. */
  private commit(id: RequestId, token: string, outcome: Outcome<unknown>): void {
    const { requests, endings, ledger, database, log } = this.parts;
    database.immediate(() => {
      const ending = possibleAfter(requests.get(id).state, outcome);
      if (endings.end(id, ["claimed", "started"], ending, { token })) return;
      log.warn(`The outcome of request ${id} came too late`, outcome.state);
      ledger.append("not-committed", id, { token, state: outcome.state });
    });
  }

  /** Resolves at the next commit anywhere, or when it is time to look again. @throws `cancelled` */
  private async somethingChanged(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cancelled("Waiting for the run");
    const settled = new AbortController();
    const stop = () => settled.abort();
    const listening: Disposable = this.parts.database.onDidChange(stop);
    signal.addEventListener("abort", stop);
    await delay(LOOK_AGAIN, undefined, { signal: settled.signal }).catch(() => undefined);
    signal.removeEventListener("abort", stop);
    void listening.dispose();
  }
}

/** A refusal after the start and a success without one are mistakes of a kind; neither may end in a state that lies. */
function possibleAfter(state: ApprovalRequest["state"], outcome: Outcome<unknown>): Outcome<unknown> {
  if (state === "started" && outcome.state === "refused") {
    const next = "Look at what it left behind, then ask again.";
    return { state: "failed", error: { code: "sandbox-differs", message: outcome.reason, next } };
  }
  if (state === "claimed" && outcome.state === "finished") {
    const message = "The action ended without having said that it started.";
    return {
      state: "failed",
      error: { code: "run-failed", message, next: "Report this as a mistake in Countersign." },
    };
  }
  return outcome;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function recordOf(error: unknown): ErrorRecord {
  if (isCountersignError(error)) return error.toRecord();
  const message = error instanceof Error ? error.message : String(error);
  return { code: "run-failed", message, next: "Look into the Countersign log, then ask again." };
}
