import { randomUUID } from "node:crypto";
import type { Loosening } from "../config/configuration.ts";
import type { Value } from "../config/key.ts";
import type { Disposable, Log } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { Accepted } from "./accepted.ts";
import { canonicalJson, sha256, type Json } from "./actions.ts";
import type { Approvals } from "./approvals.ts";
import type { Claim } from "./claim.ts";
import type { RequestId } from "./decisions.ts";
import { LOOSENING, LOOSENING_VERSION, LooseningKind } from "./loosening.ts";

/** What a person accepted of this workspace's file that is looser than their own settings, and the ledger says so. */
export function acceptedLoosenings(database: Database, accepted: Accepted): ReadonlyMap<string, Value> {
  const stored = database.all<{ path: string; value: string }>("SELECT path, value FROM accepted_loosenings");
  const ours = accepted.only(LOOSENING, stored, ({ path, value }) => [path, value]);
  return new Map(ours.map(({ path, value }) => [path, JSON.parse(value) as Value]));
}

interface Parts {
  readonly database: Database;
  readonly approvals: Approvals;
  readonly accepted: Pick<Accepted, "add" | "takeBack">;
  readonly log: Log;
  readonly trusted: () => boolean;
  /** What the file asks for now and nobody accepted. */
  readonly asked: () => readonly Loosening[];
  /** Reads the configuration again: what was accepted is different. */
  readonly reload: () => Promise<void>;
}

/** Asks once about what a workspace's file wants beyond the person's own settings, and keeps what they said yes to. */
export class Loosenings implements Disposable {
  readonly kind: LooseningKind;
  private readonly parts: Parts;
  private readonly listener: Disposable;

  constructor(parts: Parts) {
    this.parts = parts;
    this.kind = new LooseningKind(parts.asked, (changes, claim) => this.store(changes, claim));
    this.listener = parts.approvals.onDidChange((id) => this.note(id));
  }

  /** The same wish has the same key: one that was rejected, or that ran out of time, is not asked about again. */
  async ask(): Promise<void> {
    const { asked, log, trusted } = this.parts;
    try {
      if (trusted() && asked().length > 0) await this.request(keyOf(asked()));
    } catch (error) {
      log.warn("What the workspace's file asks for was not asked about", error);
    }
  }

  /** The person wants to think about it again. @returns undefined where the file asks for nothing more */
  async askAgain(): Promise<RequestId | undefined> {
    const { asked, approvals } = this.parts;
    if (asked().length === 0) return undefined;
    const key = keyOf(asked());
    const waiting = approvals.waiting().find(({ context }) => context.analysisId === key);
    return waiting?.id ?? (await this.request(key, randomUUID()));
  }

  /** The person's own settings count alone again. */
  async takeBack(): Promise<void> {
    const { database, accepted } = this.parts;
    const forget = (): void => {
      database.run("DELETE FROM accepted_loosenings");
      accepted.takeBack(LOOSENING);
    };
    await database.patiently(() => database.immediate(forget));
    await this.parts.reload();
  }

  async dispose(): Promise<void> {
    await this.listener.dispose();
  }

  private async request(analysisId: string, again?: string): Promise<RequestId> {
    const action = {
      kind: LOOSENING,
      version: LOOSENING_VERSION,
      subject: "What this workspace's file asks for",
      payload: { changes: this.parts.asked() } as unknown as Json,
    };
    const objective =
      "The file in this workspace is looser than your own settings, which stay in force unless you say yes.";
    const context = { analysisId, question: "", objective, expectedResults: "", model: "", attempt: 1 };
    const key = again === undefined ? analysisId : `${analysisId}/${again}`;
    return (await this.parts.approvals.request(action, key, context)).id;
  }

  /** What was accepted, here or in another window, counts at once. */
  private note(id: RequestId): void {
    const { approvals, reload, log } = this.parts;
    const { action, state } = approvals.get(id);
    if (action.kind !== LOOSENING || state !== "finished") return;
    reload().catch((error: unknown) => log.warn("The configuration was not read again", error));
  }

  private async store(changes: readonly Loosening[], claim: Claim): Promise<void> {
    const { database, accepted } = this.parts;
    const insert = (): void => {
      claim.start();
      accepted.add(
        LOOSENING,
        claim,
        new Map(changes.map(({ path, asked }) => [path, JSON.stringify(asked)])),
      );
      for (const { path, asked } of changes)
        database.run(
          `INSERT INTO accepted_loosenings (path, value, request_id) VALUES (?, ?, ?)
           ON CONFLICT (path) DO UPDATE SET value = excluded.value, request_id = excluded.request_id`,
          ...[path, JSON.stringify(asked), claim.requestId],
        );
    };
    await database.patiently(() => database.immediate(insert));
  }
}

/** The same for the same wish. */
function keyOf(changes: readonly Loosening[]): string {
  return `${LOOSENING}/${sha256(canonicalJson({ changes }))}`;
}
