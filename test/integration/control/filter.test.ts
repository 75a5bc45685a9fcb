import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Put } from "../../../src/python/control/control-gateway.ts";
import type { Puts } from "../../../src/python/control/allowed-puts.ts";

const SERVICE = join(import.meta.dirname, "../../../media/services/control_gateway");
const [READ_NOTIFY, CREATE, PUT, RIGHTS] = [15, 18, 19, 22] as const;
const [STRING, FLOAT, ENUM, CHAR, LONG, DOUBLE, ALARM] = [0, 2, 3, 4, 5, 6, 35] as const;
const WITH_LABELS = 31;

type Step = readonly [
  from: "sandbox" | "system",
  command: number,
  dataType: number,
  count: number,
  first: number,
  second: number,
  payload: string,
];

/** What becomes of messages of one circuit, while these puts are allowed. */
function driven(puts: Puts, steps: readonly Step[]) {
  const { stdout, stderr } = spawnSync("python3", [join(import.meta.dirname, "drive_filter.py")], {
    input: JSON.stringify([puts, steps]),
    env: { ...process.env, PYTHONPATH: SERVICE, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { outcomes: readonly string[]; puts: readonly Put[] };
}

function text(value: string): string {
  const octets = Buffer.from(`${value}\0`);
  return Buffer.concat([octets, Buffer.alloc((8 - (octets.length % 8)) % 8)]).toString("hex");
}

function asked(name: string, client = 1): Step {
  return ["sandbox", CREATE, 0, 0, client, 13, text(name)];
}

function created(client: number, server: number): Step {
  return ["system", CREATE, DOUBLE, 1, client, server, ""];
}

/** A channel that is there, under the server's number. */
function channel(name: string, server = 7): readonly Step[] {
  return [asked(name, server), created(server, server)];
}

function put(dataType: number, values: readonly (number | string)[], server = 7): Step {
  return ["sandbox", PUT, dataType, values.length, server, 1, payloadOf(dataType, values).toString("hex")];
}

function payloadOf(dataType: number, values: readonly (number | string)[]): Buffer {
  return Buffer.concat(values.map((value) => octetsOf(dataType, value)));
}

function octetsOf(dataType: number, value: number | string): Buffer {
  if (typeof value === "string") return Buffer.concat([Buffer.from(value), Buffer.alloc(40)]).subarray(0, 40);
  const octets = Buffer.alloc(8);
  if (dataType === DOUBLE) octets.writeDoubleBE(value);
  else if (dataType === FLOAT) octets.writeFloatBE(value);
  else if (dataType === LONG) octets.writeInt32BE(value);
  else if (dataType === CHAR) octets.writeUInt8(value);
  else octets.writeUInt16BE(value);
  return octets.subarray(0, { [DOUBLE]: 8, [FLOAT]: 4, [LONG]: 4, [CHAR]: 1 }[dataType] ?? 2);
}

const last = (puts: Puts, ...steps: readonly Step[]) => driven(puts, steps).outcomes.at(-1);
const exactly = (name: string, value: number | string | readonly number[] | null) => [
  { channel: name, value },
];

describe("what the control gateway lets through", () => {
  it.each(["A", "A.VAL", "A.", "A.{}", 'A.VAL{"arr":{"s":1}}', "A.VAL$", "A.[1:2]"])(
    "is a put to the channel that was approved, however it is called: %s",
    (name) => {
      expect(last(exactly("A", 2.5), ...channel(name), put(DOUBLE, [2.5]))).toBe("passed");
      expect(last(exactly(name, 2.5), ...channel("A"), put(DOUBLE, [2.5]))).toBe("passed");
    },
  );

  it.each(["B", "a", "A.DRVH", "A:VAL", "A.VALUE", "A{}", ""])("is no put to another: %j", (name) => {
    expect(last(exactly("A", 2.5), ...channel(name), put(DOUBLE, [2.5]))).toBe("answered");
    expect(last("any", ...channel(name), put(DOUBLE, [2.5]))).toBe("passed");
    expect(last("none", ...channel(name), put(DOUBLE, [2.5]))).toBe("answered");
  });

  it.each<[number | string | readonly number[] | null, number, readonly (number | string)[]]>([
    [2.5, DOUBLE, [2.5]],
    [0.1, FLOAT, [0.1]],
    [3.7, LONG, [3]],
    [-3, LONG, [-3]],
    [2.5, STRING, ["2.5"]],
    ["2.5", DOUBLE, [2.5]],
    ["booster", STRING, ["booster"]],
    ["hi", CHAR, [104, 105, 0]],
    [[1, 2], DOUBLE, [1, 2]],
    [[1], DOUBLE, [1]],
    [1, ENUM, [1]],
    [null, DOUBLE, [99]],
  ])("is the value that was approved, as the channel's type has it: %j as type %i", (value, type, values) => {
    expect(last(exactly("A", value), ...channel("A"), put(type, values))).toBe("passed");
  });

  it.each<[number | string | readonly number[], number, readonly (number | string)[]]>([
    [2.5, DOUBLE, [2.6]],
    [2.5, DOUBLE, [NaN]],
    [3e9, LONG, [-1_294_967_296]],
    [2.5, DOUBLE, [2.5, 9]],
    [2.5, DOUBLE, []],
    [[1, 2], DOUBLE, [2, 1]],
    [[1, 2], DOUBLE, [1]],
    ["on", DOUBLE, [1]],
    ["on", ENUM, [1]],
    ["booster", STRING, ["Booster"]],
    [1, ALARM, [1]],
  ])("is no other value: %j is not %#", (value, type, values) => {
    const { outcomes, puts } = driven(exactly("A", value), [...channel("A"), put(type, values)]);
    expect(outcomes.at(-1)).toBe("answered");
    expect(puts).toMatchObject([{ channel: "A", passed: false }]);
  });

  it("knows what a channel calls its states once the control system has said so", () => {
    const labels = ["off", "on"].map((label) =>
      Buffer.concat([Buffer.from(label), Buffer.alloc(26)]).subarray(0, 26),
    );
    const answer = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 2]), ...labels]).toString("hex");
    const question: Step = ["sandbox", READ_NOTIFY, WITH_LABELS, 1, 7, 5, ""];
    const heard: readonly Step[] = [
      ...channel("A"),
      question,
      ["system", READ_NOTIFY, WITH_LABELS, 1, 1, 5, answer],
    ];
    expect(last(exactly("A", "on"), ...heard, put(ENUM, [1]))).toBe("passed");
    expect(last(exactly("A", "on"), ...heard, put(ENUM, [0]))).toBe("answered");
    // Two questions under one number: nobody can tell whose labels these are.
    const twice = heard.flatMap((step) =>
      step === question ? [question, ["sandbox", READ_NOTIFY, 6, 1, 8, 5, ""] as Step] : [step],
    );
    expect(last(exactly("A", "on"), ...twice, put(ENUM, [1]))).toBe("answered");
  });

  it("cannot be told that one channel is another", () => {
    const confused = driven(exactly("A", 1), [
      asked("B", 1),
      asked("A", 1),
      created(1, 7),
      put(DOUBLE, [1], 7),
    ]);
    expect(confused.outcomes).toEqual(["passed", "broken off", "passed", "answered"]);
    const inTurn = driven(exactly("A", 1), [
      asked("B", 1),
      created(1, 7),
      asked("A", 1),
      created(1, 8),
      put(DOUBLE, [1], 7),
    ]);
    expect(inTurn.outcomes.at(-1)).toBe("answered");
    expect(last(exactly("A", 1), put(DOUBLE, [1], 9))).toBe("answered");
  });

  it("is told to the client as rights of the channels that were approved, and of no other", () => {
    const rights = (client: number): Step => ["system", RIGHTS, 0, 0, client, 3, ""];
    const told = driven(exactly("A", 1), [asked("A", 1), rights(1), asked("B", 2), rights(2)]);
    expect(told.outcomes).toEqual(["passed", "passed", "passed", "changed"]);
  });

  it("is recorded with the first values, how many there are and the digest of all of them", () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const { puts } = driven("any", [...channel("A"), put(DOUBLE, values), put(DOUBLE, [1])]);
    const digest = createHash("sha256").update(payloadOf(DOUBLE, values)).digest("hex");
    expect(puts).toEqual([
      {
        at: expect.any(Number) as number,
        channel: "A",
        value: values.slice(0, 16),
        count: 1000,
        digest,
        passed: true,
      },
      { at: expect.any(Number) as number, channel: "A", value: 1, passed: true },
    ]);
  });
});
