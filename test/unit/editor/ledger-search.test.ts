import { expect, it } from "vitest";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { ApprovalRequest } from "../../../src/approval/request.ts";
import { searchLedger } from "../../../src/editor/ledger-search.ts";
import { request } from "./example-requests.ts";

/** Of a ledger with so many requests, newest first, and how many of them were read. */
class FakeLedger {
  read = 0;
  private readonly requests: readonly ApprovalRequest[];

  constructor(requests: readonly ApprovalRequest[]) {
    this.requests = requests;
  }

  page(limit: number, after?: RequestId): readonly ApprovalRequest[] {
    const from = after === undefined ? 0 : this.requests.findIndex(({ id }) => id === after) + 1;
    this.read = Math.max(this.read, from + limit);
    return this.requests.slice(from, from + limit);
  }
}

const never = new AbortController().signal;

function ledgerOf(count: number): FakeLedger {
  return new FakeLedger(
    Array.from({ length: count }, (_, n) => {
      const made = request({ state: n % 2 === 0 ? "rejected" : "finished", id: `r${n}` as RequestId });
      const context = { ...made.context, question: `Question number ${n}?`, analysisId: `a${n % 10}` };
      return { ...made, context, createdAt: 1e12 - n };
    }),
  );
}

async function found(ledger: FakeLedger, typed: string, of?: string): Promise<readonly RequestId[]> {
  const ids: RequestId[] = [];
  const pages = searchLedger(ledger, typed, of, never);
  for (;;) {
    const page = await pages.next();
    ids.push(...page.value.map(({ value }) => value));
    if (page.done === true) return ids;
  }
}

it("reads no further than the first page before somebody asks for more", async () => {
  const ledger = ledgerOf(10_000);
  const pages = searchLedger(ledger, "", undefined, never);
  expect((await pages.next()).value).toHaveLength(100);
  expect(ledger.read).toBe(100);
  expect((await pages.next()).value).toHaveLength(100);
  expect(ledger.read).toBe(200);
  expect((await pages.return([])).done).toBe(true);
});

it("finds what is older than any number of others, by all words that were typed", async () => {
  const ledger = ledgerOf(6_000);
  expect(await found(ledger, "NUMBER 5888? rejected")).toEqual(["r5888"]);
  expect(await found(ledger, "asked 2001 number 5888?")).toEqual(["r5888"]);
  expect(await found(ledger, "number 5888? finished")).toEqual([]);
});

it("knows of its last page that it is the last, so that nobody is offered more", async () => {
  expect(await searchLedger(ledgerOf(3), "", undefined, never).next()).toMatchObject({ done: true });
  const longer = searchLedger(ledgerOf(130), "", undefined, never);
  expect((await longer.next()).done).toBe(false);
  const last = await longer.next();
  expect([last.value.length, last.done]).toEqual([30, true]);
});

it("lists what belongs to one analysis alone", async () => {
  expect(await found(ledgerOf(40), "", "a3")).toEqual(["r3", "r13", "r23", "r33"]);
});

it("stops reading where something else was typed", async () => {
  const ledger = ledgerOf(10_000);
  const abort = new AbortController();
  const pages = searchLedger(ledger, "nothing is called so", undefined, abort.signal);
  const next = pages.next();
  abort.abort();
  expect((await next).done).toBe(true);
  expect(ledger.read).toBeLessThan(100);
});
