import { Closing, cancelled } from "../errors.ts";
import { Emitter, type Clock, type Disposable, type Event, type Host, type Log } from "../host.ts";
import { Redactor } from "../storage/redaction.ts";
import type { Database } from "../storage/database.ts";
import { Accepted } from "./accepted.ts";
import type { Action, Json } from "./actions.ts";
import type { ActionKind } from "./action-kind.ts";
import type { Approvals, Shown } from "./approvals.ts";
import { Cancellations } from "./cancellations.ts";
import { Claims } from "./claims.ts";
import { Comparing } from "./comparing.ts";
import type { Comparison } from "./comparison.ts";
import { Deciding, type Declining } from "./deciding.ts";
import type { Decision, DecisionId, RequestId, ShownProof } from "./decisions.ts";
import { Endings } from "./endings.ts";
import { Evidence } from "./evidence.ts";
import { Expiry } from "./expiry.ts";
import { Filing } from "./filing.ts";
import type { GrantId } from "./grant.ts";
import { Grants } from "./grants.ts";
import { Judge } from "./judging.ts";
import { Kinds } from "./kinds.ts";
import { assertContinuity } from "./ledger/continuity.ts";
import type { LedgerVerdict } from "./ledger/chain.ts";
import type { KeptHead } from "./ledger/kept-head.ts";
import { LedgerMirror } from "./ledger/mirror.ts";
import { Records } from "./ledger/records.ts";
import { openLedger } from "./ledger/open-ledger.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { VerifiedLedger } from "./ledger/verified-ledger.ts";
import { LONGEST, type Lifetimes } from "./lifetime.ts";
import type { Outcome } from "./outcome.ts";
import { Performing } from "./performing.ts";
import type { Policy } from "./policy.ts";
import { Proofs } from "./proofs.ts";
import type { ApprovalRequest, RequestContext } from "./request.ts";
import { Requests } from "./requests.ts";
import { Slices } from "./slices.ts";
import { enforceTransitions } from "./transitions.ts";

export interface InboxOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The policy in force now; asked anew each time, so that a tightened configuration counts at once. */
  readonly policy: () => Policy;
  /** Who decides here, and whether anything may be decided. */
  readonly door: Pick<Host, "identity" | "trusted">;
  /** How long requests wait and approvals hold; the longest there is unless said. */
  readonly lifetimes?: () => Lifetimes;
  /** Reads configuration and policy again, so that what was tightened counts for what is about to run. */
  readonly refresh?: () => Promise<void>;
  /** Where the ledger's key lies and where it ended last; without it nothing is signed, and no older database noticed. */
  readonly stateDir?: string;
  readonly redactor?: Pick<Redactor, "redact">;
  /** Where a copy of the ledger is kept, of which workspace. */
  readonly mirror?: { readonly folder: () => string | null; readonly workspaceDir: string };
}

/** Milliseconds between looks for requests whose time is over, where nobody asks for them meanwhile. */
const EXPIRY_INTERVAL = 15_000;

/** The approval inbox of one workspace: the database is the truth, every window and the terminal see the same. */
export class Inbox implements Approvals {
  readonly ledger: Ledger;
  readonly records: Records;
  readonly grants: Grants;
  /** Which settings are the person's. */
  readonly accepted: Accepted;
  /** Where the ledger ended at the last claim, outside the database. */
  readonly keptHead: KeptHead | undefined;
  /** False where the database is an older one, or a copy: what it allowed is void. */
  readonly isContinuous: boolean;
  private readonly verified: VerifiedLedger;
  private readonly log: Log;
  private readonly mirror: LedgerMirror | undefined;
  private readonly door: InboxOptions["door"];
  private readonly database: Database;
  private readonly kinds = new Kinds();
  private readonly requests: Requests;
  private readonly endings: Endings;
  private readonly filing: Filing;
  private readonly deciding: Deciding;
  private readonly comparing: Comparing;
  private readonly performing: Performing;
  private readonly cancellations: Cancellations;
  private readonly closing = new AbortController();
  private readonly changed: Emitter<RequestId>;
  private readonly watching: Disposable;
  private readonly expiry: Expiry;
  private readonly looking: NodeJS.Timeout;
  private readonly atWork = new Set<Promise<unknown>>();
  private readonly announced = new Slices<RequestId>((id) => this.announce(id));
  private isAnnouncing = false;
  private lastChange: number;

  constructor(options: InboxOptions) {
    const {
      database,
      clock,
      log,
      door,
      lifetimes = () => LONGEST,
      refresh = () => Promise.resolve(),
    } = options;
    enforceTransitions(database);
    [this.log, this.door, this.database] = [log, door, database];
    this.requests = new Requests(database, clock);
    const { redactor = new Redactor(), stateDir } = options;
    const { key, keptHead, ledger, verified } = openLedger({ database, clock, log, redactor, stateDir });
    [this.ledger, this.keptHead, this.verified] = [ledger, keptHead, verified];
    this.accepted = new Accepted({ ledger, verified, log });
    this.endings = new Endings(database, clock, this.requests, this.ledger);
    const judge = new Judge(options.policy, log);
    const { kinds, requests, endings } = this;
    const evidence = new Evidence({ database, requests, verified });
    this.grants = new Grants({ database, clock, ledger, endings, evidence });
    const { grants } = this;
    this.expiry = new Expiry({ database, clock, log, requests, ledger, endings, grants });
    const { expiry } = this;
    const parts = { expiry, grants, database, clock, log, door, kinds, requests, ledger, endings, judge };
    this.filing = new Filing({ ...parts, lifetimes });
    this.deciding = new Deciding({ ...parts, proofs: new Proofs() });
    this.comparing = new Comparing(requests, kinds);
    this.mirror = key && options.mirror && new LedgerMirror({ ledger, key, log, ...options.mirror });
    const textOf = (action: Action<Json>) => kinds.bind(action).text();
    this.records = new Records({ requests, ledger, redactor, textOf, ...(key && { key }) });
    const claims = new Claims({ database, clock, ledger, evidence, ...(keptHead && { keptHead }) });
    this.cancellations = new Cancellations(parts);
    this.performing = new Performing({ ...parts, claims, evidence, verified, lifetimes, refresh });
    this.changed = new Emitter((error) => log.error("A listener to the approval inbox failed", error));
    this.isContinuous = keptHead === undefined || assertContinuity({ ...parts, keptHead });
    this.lastChange = this.requests.lastChange();
    this.watching = database.onDidChange(() => this.announceChanges());
    this.looking = setInterval(() => this.lookAround(), EXPIRY_INTERVAL);
    this.looking.unref();
  }

  get onDidChange(): Event<RequestId> {
    return this.changed.event;
  }

  register<P, R>(kind: ActionKind<P, R>): void {
    this.kinds.register(kind);
  }

  async request(action: Action<Json>, key: string, context: RequestContext): Promise<ApprovalRequest> {
    this.assertOpen();
    await this.verified.prepare();
    await this.endOverdue();
    return this.filing.request(action, key, context, this.closing.signal);
  }

  get(id: RequestId): ApprovalRequest {
    this.expireQuietly();
    return this.requests.get(id);
  }

  findByKey(key: string): ApprovalRequest | undefined {
    this.expireQuietly();
    return this.requests.findByKey(key);
  }

  waiting(limit = -1): readonly ApprovalRequest[] {
    this.expireQuietly();
    return this.requests.waiting(limit);
  }

  waitingIds(): readonly RequestId[] {
    this.expireQuietly();
    return this.requests.idsIn("requested");
  }

  openOf(analysisId: string): readonly RequestId[] {
    return this.requests.openOf(analysisId);
  }

  recent(limit: number): readonly ApprovalRequest[] {
    this.expireQuietly();
    return this.requests.recent(limit);
  }

  decided(limit: number): readonly ApprovalRequest[] {
    this.expireQuietly();
    return this.requests.decided(limit);
  }

  page(limit: number, after?: RequestId): readonly ApprovalRequest[] {
    this.expireQuietly();
    return this.requests.page(limit, after);
  }

  saveDraft(id: RequestId, text: string): void {
    this.soon(() => this.requests.saveDraft(id, text));
  }

  async show(id: RequestId, signal: AbortSignal): Promise<Shown> {
    this.expireQuietly();
    return this.deciding.show(id, signal);
  }

  compare(shown: Shown): readonly Comparison[] {
    return this.comparing.compare(shown);
  }

  async decide(id: RequestId, decision: Decision, shown: ShownProof): Promise<DecisionId> {
    this.assertOpen();
    await this.endOverdue();
    return this.deciding.decide(id, decision, shown, this.closing.signal);
  }

  async decline(id: RequestId, decision: Declining): Promise<DecisionId> {
    this.assertOpen();
    await this.endOverdue();
    return this.deciding.decline(id, decision);
  }

  revokeGrant(id: GrantId): void {
    const { name, knownBy } = this.door.identity();
    this.soon(() => this.grants.revoke(id, { person: { name, knownBy } }));
  }

  withdraw(id: RequestId, reason: string): void {
    const open = ["requested", "approved", "approved-edited"] as const;
    this.soon(() => void this.endings.end(id, open, { state: "withdrawn" }, { reason }));
  }

  cancel(id: RequestId, reason: string): void {
    const person = this.door.identity();
    this.soon(() => this.cancellations.cancel(id, reason, person));
  }

  async perform<R>(id: RequestId, signal: AbortSignal): Promise<Outcome<R>> {
    this.assertOpen();
    const work = this.performing.perform(id, this.endingOf(id, signal));
    return (await this.tracked(work)) as Outcome<R>;
  }

  outcome<R>(id: RequestId): Outcome<R> | undefined {
    return this.requests.outcome(id) as Outcome<R> | undefined;
  }

  async recover(): Promise<readonly RequestId[]> {
    const ids = this.requests.idsIn("claimed", "started");
    const judged = ids.map((id) => this.tracked(this.judged(id)));
    const results = await Promise.all(judged);
    return ids.filter((_, index) => results[index]);
  }

  /** Reads the whole ledger in a worker: does it hold, and is it the one that it was? */
  checkLedger(): Promise<LedgerVerdict> {
    return this.verified.check();
  }

  /** Stops intake, aborts what is being performed, and waits until each has committed how it ended. */
  async dispose(): Promise<void> {
    clearInterval(this.looking);
    this.closing.abort(new Closing());
    await Promise.allSettled(this.atWork);
    await this.watching.dispose();
    this.announced.dispose();
    this.mirror?.update();
    await this.mirror?.settled();
    this.changed.dispose();
  }

  /** What cannot be judged of one request says nothing about the others. */
  private async judged(id: RequestId): Promise<boolean> {
    try {
      return await this.performing.judgeAbandoned(id, this.endingOf(id));
    } catch (error) {
      this.log.error("What an earlier window left could not be judged", error);
      return false;
    }
  }

  /** Aborted when this inbox closes, when a person cancels the request in whichever window, or by one of these. */
  private endingOf(id: RequestId, ...others: readonly AbortSignal[]): AbortSignal {
    return AbortSignal.any([this.closing.signal, this.cancellations.signalFor(id), ...others]);
  }

  /** Waited for when the inbox closes. */
  private async tracked<T>(work: Promise<T>): Promise<T> {
    this.atWork.add(work);
    try {
      return await work;
    } finally {
      this.atWork.delete(work);
    }
  }

  private announceChanges(): void {
    const { ids, last } = this.requests.changedAfter(this.lastChange);
    this.lastChange = last;
    this.announced.add(ids);
    this.grants.announce();
    this.mirror?.update();
  }

  /** Listeners ask about it, each for itself: once was looked already for what is overdue. */
  private announce(id: RequestId): void {
    this.expireQuietly();
    this.isAnnouncing = true;
    try {
      this.cancellations.note(id);
      this.changed.fire(id);
    } finally {
      this.isAnnouncing = false;
    }
  }

  private endOverdue(): Promise<void> {
    return this.database.patiently(() => this.expiry.endOverdue());
  }

  private soon(work: () => void): void {
    this.database.soon(work, (error) => this.log.error("What was asked for could not be written", error));
  }

  /** Nobody says when another window dies, or when a request's time is over: somebody looks. */
  private lookAround(): void {
    this.expireQuietly();
    this.recover().catch((error: unknown) =>
      this.log.warn("Could not judge what another window left", error),
    );
  }

  /** For those who only read: a database that is locked for writing can still be looked at. */
  private expireQuietly(): void {
    if (this.isAnnouncing) return;
    try {
      this.database.atOnce(() => this.expiry.endOverdue());
    } catch (error) {
      this.log.warn("Could not look for expired requests", error);
    }
  }

  private assertOpen(): void {
    if (this.closing.signal.aborted) throw cancelled("The approval");
    this.database.assertInPlace();
  }
}
