import { describe, expect, it } from "vitest";
import type { RequestState } from "../../../src/approval/request.ts";
import { TRANSITIONS, enforceTransitions } from "../../../src/approval/transitions.ts";
import { bench, type Bench } from "./support.ts";

const STATES = Object.keys(TRANSITIONS) as RequestState[];
const PAIRS = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

/** A way through the table to this state. */
function pathTo(state: RequestState): readonly RequestState[] {
  const paths: RequestState[][] = [["requested"]];
  for (const path of paths) {
    const last = path.at(-1)!;
    if (last === state) return path;
    paths.push(...TRANSITIONS[last].filter((next) => !path.includes(next)).map((next) => [...path, next]));
  }
  throw new Error(`nothing leads to ${state}`);
}

/** Writes states directly, as a mistake or another program would. */
const write = ({ database }: Bench, id: string, state: string) =>
  database.run("UPDATE requests SET state = ? WHERE id = ?", state, id);

/** A request in this state, with a decision and a claim of its own, so that only the table can object. */
async function requestIn(state: RequestState): Promise<{ made: Bench; id: string }> {
  const made = bench();
  const { id } = await made.asked();
  made.database.run(
    "INSERT INTO decisions (id, request_id, seq, verdict, decided_by, hash, decided_at) VALUES ('d', ?, 1, 'approve', 'policy', 'h', 1)",
    id,
  );
  made.database.run(
    "INSERT INTO claims (token, request_id, hash, claimed_by, owner, claimed_at) VALUES ('t', ?, 'h', 'policy', '{}', 1)",
    id,
  );
  made.database.run("UPDATE requests SET claim_token = 't' WHERE id = ?", id);
  for (const step of pathTo(state).slice(1)) write(made, id, step);
  return { made, id };
}

describe("the database", () => {
  it("allows each of the pairs in the table and aborts every other one", async () => {
    expect(PAIRS).toHaveLength(14 * 14);
    for (const from of STATES) {
      const { made, id } = await requestIn(from);
      for (const to of STATES) {
        const attempt = () =>
          made.database.immediate(() => {
            write(made, id, to);
            throw new Error("undone");
          });
        const allowed = TRANSITIONS[from].includes(to);
        expect(attempt, `${from} → ${to}`).toThrow(allowed ? "undone" : "this state may not follow that one");
      }
      expect(made.database.get("SELECT state FROM requests WHERE id = ?", id)).toEqual({ state: from });
    }
  });

  it("lets no request begin as anything else than requested", () => {
    const { database } = bench();
    expect(() =>
      database.run(
        `INSERT INTO requests (id, key, state, kind, subject, action, hash, assessment, judgement, context, rules, created_at, expires_at, changed)
         VALUES ('x', 'k', 'approved', 'k', 's', '{}', 'h', '{}', '{}', '{}', '{}', 1, 2, 1)`,
      ),
    ).toThrow("begins as requested");
  });

  it("lets nothing be approved without a decision, or start without a claim of its own", async () => {
    const made = bench();
    const { id } = await made.asked();
    expect(() => write(made, id, "approved")).toThrow("without a decision");
    await made.approve(id);
    expect(() => write(made, id, "claimed")).toThrow("without a claim");
  });

  it.each([
    "UPDATE requests SET action = '{}'",
    "UPDATE requests SET hash = 'x'",
    "UPDATE requests SET expires_at = 9e15",
    "UPDATE requests SET amended_by = (SELECT id FROM decisions)",
    "DELETE FROM requests",
    "UPDATE decisions SET verdict = 'approve'",
    "DELETE FROM decisions",
    "UPDATE claims SET started_at = 1",
    "DELETE FROM claims",
    "UPDATE outcomes SET outcome = '{}'",
    "DELETE FROM outcomes",
    "UPDATE ledger SET body = '{}'",
    "DELETE FROM ledger",
  ])("aborts %s", async (sql) => {
    const made = bench();
    const id = await made.approved();
    await made.inbox.perform(id, new AbortController().signal);
    expect(() => made.database.run(sql)).toThrow();
  });

  it("is brought back to the table of this version by the next inbox", async () => {
    const { made, id } = await requestIn("rejected");
    made.database.run("INSERT INTO transitions (from_state, to_state) VALUES ('rejected', 'approved')");
    enforceTransitions(made.database);
    expect(() => write(made, id, "approved")).toThrow("may not follow");
  });
});

it("every state can be reached, and every ending is final", () => {
  for (const state of STATES) expect(pathTo(state).length).toBeGreaterThan(0);
  const endings = STATES.filter((state) => TRANSITIONS[state].length === 0);
  expect(endings).toEqual(
    expect.arrayContaining([
      "finished",
      "failed",
      "cancelled",
      "refused",
      "rejected",
      "revised",
      "expired",
      "withdrawn",
      "outcome-unknown",
    ]),
  );
});
