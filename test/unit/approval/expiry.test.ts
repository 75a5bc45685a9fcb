import { describe, expect, it } from "vitest";
import type { Bench } from "./bench.ts";
import { bench, never } from "./support.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const grantable = { verdict: "ask", reason: "Everything asks.", grantable: true } as const;

const setBacks = ({ inbox }: Bench) =>
  [...inbox.ledger.all()].filter(({ type }) => type === "clock-set-back").map(({ body }) => body);

async function granted(made: Bench): Promise<void> {
  made.judgement = grantable;
  const { id } = await made.asked("granted");
  const { proof } = await made.inbox.show(id, never);
  const grant = { scope: "workspace", lasts: 8 * HOUR } as const;
  await made.inbox.decide(id, { verdict: "approve", grant }, proof);
}

describe("a clock that is set back", () => {
  it("makes nothing live longer: what waits and what was approved has expired, grants are revoked", async () => {
    const made = bench();
    await granted(made);
    made.judgement = { verdict: "ask", reason: "Everything asks." };
    const [waiting, approved] = [(await made.asked("waits")).id, await made.approved("approved")];
    made.clock.time -= 2 * MINUTE;
    expect(made.inbox.waiting()).toEqual([]);
    expect([waiting, approved].map((id) => made.inbox.get(id).state)).toEqual(["expired", "expired"]);
    expect(await made.inbox.perform(approved, never)).toEqual({ state: "expired" });
    expect(made.kind.done).toEqual([]);
    expect(made.inbox.grants.list()).toEqual([]);
    expect(setBacks(made)).toEqual([{ from: made.clock.time + 2 * MINUTE }]);
    const [last] = made.inbox.ledger.rows(waiting).slice(-1);
    expect(last?.body.reason).toMatch(/clock was set back/);
  });

  it("by less than a minute is put right, and steps of less do not add up to more", async () => {
    const made = bench();
    const { id } = await made.asked();
    made.clock.time -= 50_000;
    expect(made.inbox.get(id).state).toBe("requested");
    made.clock.time -= 20_000;
    expect(made.inbox.get(id).state).toBe("expired");
  });

  it("while no window was open is seen when one opens", async () => {
    const made = bench();
    const { id } = await made.asked();
    await made.close();
    const later = bench({ beside: made });
    later.clock.time -= HOUR;
    expect(later.inbox.get(id).state).toBe("expired");
    expect(setBacks(later)).toHaveLength(1);
  });

  it("is seen once by two windows: what was asked for since then waits", async () => {
    const made = bench();
    const beside = bench({ beside: made });
    const before = await made.asked("before");
    expect(beside.inbox.get(before.id).state).toBe("requested");
    made.clock.time -= HOUR;
    beside.clock.time -= HOUR;
    expect(made.inbox.get(before.id).state).toBe("expired");
    const { id } = await made.asked("since then");
    expect(beside.inbox.get(id).state).toBe("requested");
    expect(setBacks(made)).toHaveLength(1);
  });
});
