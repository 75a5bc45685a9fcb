import { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { RequestId } from "../../../../src/approval/decisions.ts";
import type { Engine } from "../../../../src/containers/engine.ts";
import { readPuts } from "../../../../src/python/recovery/put-evidence.ts";

const mine = "r1" as RequestId;

/** An engine with these control gateways, by what their logs hold. */
function engineWith(...logs: readonly (readonly object[])[]): Engine {
  const text = (events: readonly object[]) =>
    events.map((event) => `COUNTERSIGN ${JSON.stringify(event)}\n`).join("") + "COUNTERSIGN {broken}\nelse\n";
  return {
    containers: (label: string) =>
      Promise.resolve(label.endsWith("=gateway") ? logs.map((_, index) => ({ id: String(index) })) : []),
    logs: (id: string) => Promise.resolve(Readable.from([Buffer.from(text(logs[Number(id)] ?? []))])),
  } as unknown as Engine;
}

function put(request: string, channel: string, passed = true) {
  return { put: passed ? "passed" : "refused", request, at: 5, channel, value: 2.5, passed };
}

function read(engine: Engine) {
  return readPuts(engine, mine, new AbortController().signal);
}

it("what a run put is read from the log of its own control gateway, and nobody else's puts", async () => {
  const other = [{ begun: "r2" }, put("r2", "Q1")];
  const own = [{ begun: "r2" }, put("r2", "Q2"), { begun: mine }, put(mine, "Q3"), put(mine, "Q4", false)];
  expect(await read(engineWith(other, own))).toEqual({
    puts: [
      { at: 5, channel: "Q3", value: 2.5, passed: true },
      { at: 5, channel: "Q4", value: 2.5, passed: false },
    ],
    leftOut: 0,
  });
});

it("a run that put nothing has a record that says so", async () => {
  expect(await read(engineWith([{ begun: mine }]))).toEqual({ puts: [], leftOut: 0 });
});

it("nobody can tell where no log reaches back to its beginning", async () => {
  expect(await read(engineWith())).toBeUndefined();
  expect(await read(engineWith([put(mine, "Q3")]))).toBeUndefined();
});

it("a flood of puts is counted beyond those that are kept one by one", async () => {
  const flood = Array.from({ length: 1_203 }, (_, index) => put(mine, `Q${index}`));
  const record = await read(engineWith([{ begun: mine }, ...flood]));
  expect(record?.puts).toHaveLength(1_000);
  expect(record?.leftOut).toBe(203);
});
