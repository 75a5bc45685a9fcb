import type { Loosening } from "../config/configuration.ts";
import type { Value } from "../config/key.ts";
import type { Database } from "../storage/database.ts";
import { canonicalJson, sha256, type Json } from "./actions.ts";
import type { Approvals } from "./approvals.ts";
import type { Claim } from "./claim.ts";
import { LOOSENING, LOOSENING_VERSION, LooseningKind } from "./loosening.ts";

/** What a person accepted of this workspace's file that is looser than their own settings. */
export function acceptedLoosenings(database: Database): ReadonlyMap<string, Value> {
  const rows = database.all<{ path: string; value: string }>("SELECT path, value FROM accepted_loosenings");
  return new Map(rows.map(({ path, value }) => [path, JSON.parse(value) as Value]));
}

/** Asks once about what a workspace's file wants beyond the person's own settings, and keeps what they said yes to. */
export class Loosenings {
  readonly kind: LooseningKind;
  private readonly database: Database;
  private readonly asked: () => readonly Loosening[];

  constructor(database: Database, asked: () => readonly Loosening[]) {
    this.database = database;
    this.asked = asked;
    this.kind = new LooseningKind(asked, (changes, claim) => this.store(changes, claim));
  }

  /** The same wish has the same key: one that was rejected, or that ran out of time, is not asked about again. */
  async ask(approvals: Approvals): Promise<void> {
    const changes = this.asked();
    if (changes.length === 0) return;
    const payload = { changes } as unknown as Json;
    const key = sha256(canonicalJson(payload));
    const action = {
      kind: LOOSENING,
      version: LOOSENING_VERSION,
      subject: "What this workspace's file asks for",
      payload,
    };
    const objective =
      "The file in this workspace is looser than your own settings, which stay in force unless you say yes.";
    const context = { question: "", objective, expectedResults: "", model: "", attempt: 1 };
    await approvals.request(action, `${LOOSENING}/${key}`, { ...context, analysisId: `${LOOSENING}/${key}` });
  }

  /** The person's own settings count alone again. */
  takeBack(): void {
    this.database.run("DELETE FROM accepted_loosenings");
  }

  private store(changes: readonly Loosening[], claim: Claim): void {
    this.database.immediate(() => {
      claim.start();
      for (const { path, asked } of changes)
        this.database.run(
          `INSERT INTO accepted_loosenings (path, value, request_id) VALUES (?, ?, ?)
           ON CONFLICT (path) DO UPDATE SET value = excluded.value, request_id = excluded.request_id`,
          ...[path, JSON.stringify(asked), claim.requestId],
        );
    });
  }
}
