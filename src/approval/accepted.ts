import type { Log } from "../host.ts";
import { canonicalJson, sha256, type Json } from "./actions.ts";
import type { Claim } from "./claim.ts";
import type { LedgerRow } from "./ledger/chain.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { VerifiedLedger } from "./ledger/verified-ledger.ts";

interface Parts {
  readonly ledger: Ledger;
  readonly verified: VerifiedLedger;
  readonly log: Log;
}

/**
 * What a person accepted that holds from then on: settings of a workspace's file, packages of its image. Their values lie in
 * tables; here stands which of them are the person's.
 */
export class Accepted {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Call it inside the transaction that stores them, after the claim's start. */
  add(group: string, claim: Pick<Claim, "requestId" | "hash">, values: ReadonlyMap<string, Json>): void {
    const digests = [...values].map(([name, value]) => [name, digestOf(value)] as const);
    this.parts.ledger.append("accepted", claim.requestId, {
      group,
      hash: claim.hash,
      values: Object.fromEntries(digests),
    });
  }

  /** From now on nothing of it counts. Call it inside the transaction that removes them. */
  takeBack(group: string): void {
    this.parts.ledger.append("taken-back", "", { group });
  }

  /** Of what is stored, what the ledger says was accepted; where the ledger does not hold, nothing. */
  only<Stored>(
    group: string,
    stored: readonly Stored[],
    named: (one: Stored) => readonly [name: string, value: Json],
  ): readonly Stored[] {
    if (stored.length === 0) return stored;
    const digests = this.digests(group);
    const isOurs = (one: Stored): boolean => {
      const [name, value] = named(one);
      return digests.get(name) === digestOf(value);
    };
    const [ours, others] = [stored.filter(isOurs), stored.filter((one) => !isOurs(one))];
    for (const one of others)
      this.parts.log.error(`Nobody accepted this, so it does not count (${group}):`, named(one)[0]);
    return ours;
  }

  private digests(group: string): ReadonlyMap<string, Json> {
    const { verified, log } = this.parts;
    try {
      return verified.reading(({ settings }) => digestsOf(group, settings));
    } catch (error) {
      log.error(`Nothing that was accepted counts (${group}):`, error);
      return new Map();
    }
  }
}

function digestsOf(group: string, rows: readonly LedgerRow[]): ReadonlyMap<string, Json> {
  const digests = new Map<string, Json>();
  for (const { type, body } of rows) {
    if (body.group !== group) continue;
    if (type === "taken-back") digests.clear();
    for (const [name, digest] of Object.entries(body.values ?? {})) digests.set(name, digest as Json);
  }
  return digests;
}

function digestOf(value: Json): string {
  return sha256(canonicalJson(value));
}
