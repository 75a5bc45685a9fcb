import type { Database } from "../storage/database.ts";
import { canonicalJson, sha256, type Sha256 } from "./actions.ts";

/**
 * What of a row never changes, by table: its digest stands in the ledger's row about it, so that a row that something else
 * wrote, or changed, is told from one of ours.
 */
export const BOUND = {
  requests: {
    columns:
      "id, key, kind, subject, action, hash, assessment, judgement, context, rules, created_at, expires_at",
    key: "id",
  },
  decisions: {
    columns:
      "id, request_id, seq, verdict, decided_by, person, comment, hash, action, assessment, decided_at, grant_id",
    key: "id",
  },
  grants: {
    columns:
      "id, scope, kind, effects, isolation, text_hash, analysis_id, request_id, person, granted_at, expires_at",
    key: "id",
  },
  claims: { columns: "token, request_id, hash, claimed_by, owner, claimed_at", key: "token" },
} as const;

export type BoundTable = keyof typeof BOUND;

/** Undefined where there is no such row. */
export function rowDigest(database: Database, table: BoundTable, key: string): Sha256 | undefined {
  const { columns, key: name } = BOUND[table];
  const row = database.get(`SELECT ${columns} FROM ${table} WHERE ${name} = ?`, key);
  return row === undefined ? undefined : sha256(canonicalJson(row));
}
