import type { LedgerRow } from "./ledger/chain.ts";

/** Where a request stands as the ledger tells it, whatever its row says. */
export interface Standing {
  readonly requested?: LedgerRow;
  /** The last decision. */
  readonly decided?: LedgerRow;
  readonly outcome?: LedgerRow;
  /** Absent where nobody holds it. */
  readonly held?: Held | undefined;
}

interface Held {
  readonly claimed: LedgerRow;
  readonly started: LedgerRow | undefined;
}

/** Only what frees a claim frees it: before its start it is reclaimed, afterwards it is proved that nothing ran. */
export function standingOf(rows: readonly LedgerRow[]): Standing {
  return rows.reduce<Standing>(after, {});
}

function after(standing: Standing, row: LedgerRow): Standing {
  switch (row.type) {
    case "requested":
      return { ...standing, requested: standing.requested ?? row };
    case "decided":
      return { ...standing, decided: row };
    case "outcome":
      return { ...standing, outcome: standing.outcome ?? row };
    default:
      return { ...standing, held: heldAfter(standing.held, row) };
  }
}

function heldAfter(held: Held | undefined, row: LedgerRow): Held | undefined {
  if (held === undefined) return row.type === "claimed" ? { claimed: row, started: undefined } : undefined;
  if (held.claimed.body.token !== row.body.token) return held;
  switch (row.type) {
    case "started":
      return { ...held, started: row };
    case "reclaimed":
      return held.started === undefined ? undefined : held;
    case "proved-not-run":
      return held.started === undefined ? held : undefined;
    default:
      return held;
  }
}
