import type { Database } from "../storage/database.ts";
import type { RequestState } from "./request.ts";

/**
 * What may follow what: the one table. The database enforces it (a trigger aborts everything else), whoever writes.
 *
 * - `requested → refused`: it can never be approved as it stands, so nobody is asked.
 * - `approved → expired | withdrawn`: an approval holds until it expires, and the analysis that asked may end before it is used.
 * - `claimed → approved`: the claim's owner died, or its house closed, before it started, so somebody else may take it.
 * - `started → approved`: its owner died, and it is proved that nothing ran and nothing can run any more.
 * - `claimed → refused`: what would run differs from what was approved.
 * - `claimed → cancelled`: aborted before it started. Nothing ran, but the approval is spent: a cancelled act must not come back by itself.
 * - `claimed → failed`: it could not be prepared (no engine, a failed build). Spent too, or a broken engine would be tried without end.
 */
export const TRANSITIONS: Readonly<Record<RequestState, readonly RequestState[]>> = {
  requested: ["approved", "approved-edited", "revised", "rejected", "expired", "withdrawn", "refused"],
  approved: ["claimed", "expired", "withdrawn"],
  "approved-edited": ["claimed", "expired", "withdrawn"],
  claimed: ["started", "approved", "refused", "cancelled", "failed"],
  started: ["finished", "failed", "cancelled", "outcome-unknown", "approved"],
  finished: [],
  failed: [],
  cancelled: [],
  refused: [],
  revised: [],
  rejected: [],
  expired: [],
  withdrawn: [],
  "outcome-unknown": [],
};

/** Makes the database enforce this file's table. */
export function enforceTransitions(database: Database): void {
  const wanted = Object.entries(TRANSITIONS).flatMap(([from, next]) => next.map((to) => `${from} ${to}`));
  const stored = () =>
    database
      .all<{ from_state: string; to_state: string }>("SELECT from_state, to_state FROM transitions")
      .map((row) => `${row.from_state} ${row.to_state}`);
  if (sameMembers(wanted, stored())) return;
  database.immediate(() => {
    database.run("DELETE FROM transitions");
    for (const pair of wanted) {
      database.run("INSERT INTO transitions (from_state, to_state) VALUES (?, ?)", ...pair.split(" "));
    }
  });
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  const members = new Set(b);
  return a.length === b.length && a.every((member) => members.has(member));
}
