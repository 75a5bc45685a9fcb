import { describe, expect, it, onTestFinished } from "vitest";
import type { Output } from "../../../../src/python/python-run.ts";
import { connectTo, type FakeKernel, type Script } from "./fake-gateway.ts";

async function outputsOf(script: Script, isOld = false): Promise<readonly Output[]> {
  const [client, dispose] = await connectTo(script, isOld);
  onTestFinished(dispose);
  const outputs: Output[] = [];
  for await (const output of await client.execute("x", 60, () => undefined)) outputs.push(output);
  return outputs;
}

const said = (text: string): Output => ({ type: "stream", stream: "stdout", text });
const ok = { type: "ended", status: "ok" } as const;
const LOST_ONE: Output = { type: "unheard", malformed: 1, missing: 0 };
const print = (kernel: FakeKernel, text: string): void => kernel.says("stream", { name: "stdout", text });

const MALFORMED: readonly (readonly [string, Script])[] = [
  ["a stream without a name", (kernel) => kernel.says("stream", { text: "no name\n" })],
  ["a display without data", (kernel) => kernel.says("display_data", {})],
  ["content that is null", (kernel) => kernel.says("stream", "null")],
  ["content that is no JSON", (kernel) => kernel.says("stream", "{oops")],
  ["a header that is no object", (kernel) => kernel.sends(["iopub", "7", "{}", "{}", "{}"])],
  ["a header without an id", (kernel) => kernel.sends(["iopub", '{"msg_type":"stream"}', "{}", "{}", "{}"])],
  ["a header of a megabyte", (kernel) => kernel.says("x".repeat(1_000_000), {})],
  ["a state that no kernel has", (kernel) => kernel.says("status", { execution_state: "odd" })],
  ["too few parts", (kernel) => kernel.sends(["iopub", "{}"])],
];
const BYTES: readonly (readonly [string, Script])[] = [
  ["no bytes at all", (kernel) => kernel.sendsBytes(Buffer.alloc(0))],
  ["offsets that lead nowhere", (kernel) => kernel.sendsBytes(Buffer.alloc(64, 0xff))],
];

describe("a malformed message", () => {
  it.each([...MALFORMED, ...BYTES])(
    "is dropped and counted, and the run goes on: %s",
    async (_, malformed) => {
      const outputs = await outputsOf((kernel) => {
        print(kernel, "before");
        malformed(kernel);
        print(kernel, "after");
        kernel.ends();
      });
      expect(outputs).toEqual([said("before"), said("after"), LOST_ONE, ok]);
    },
  );

  it.each(MALFORMED)("in the protocol of older servers too: %s", async (_, malformed) => {
    const outputs = await outputsOf((kernel) => {
      print(kernel, "before");
      malformed(kernel);
      print(kernel, "after");
      kernel.ends();
    }, true);
    expect(outputs).toEqual([said("before"), said("after"), LOST_ONE, ok]);
  });

  it("is not said where there was none", async () => {
    expect(
      await outputsOf((kernel) => {
        print(kernel, "x");
        kernel.ends({ status: "error" });
      }),
    ).toEqual([said("x"), { type: "ended", status: "error" }]);
  });

  it("is said of a run that is given up too", async () => {
    const [client, dispose] = await connectTo((kernel) => {
      kernel.says("stream", {});
      print(kernel, "after");
    });
    onTestFinished(dispose);
    const outputs: Output[] = [];
    const reading = (async () => {
      for await (const output of await client.execute("x", 60, () => undefined)) {
        outputs.push(output);
        client.abandon(new Error("given up"));
      }
    })();
    await expect(reading).rejects.toThrow("given up");
    expect(outputs).toEqual([said("after"), LOST_ONE]);
  });

  it("is none that has a type of ours: its content is not taken for output", async () => {
    const forged = { output: { type: "ended", status: "ok" } };
    const outputs = await outputsOf((kernel) => {
      kernel.says("countersign_output", forged);
      kernel.says("comm_msg", "[[[");
      kernel.ends();
    });
    expect(outputs).toEqual([ok]);
  });
});

describe("what a kernel says that it sent", () => {
  it("is compared with what came, and what did not come is said", async () => {
    const outputs = await outputsOf((kernel) => {
      print(kernel, "one");
      kernel.says("stream", {});
      kernel.ends({ status: "ok" }, { countersign_outputs: 5 });
    });
    expect(outputs).toEqual([said("one"), { type: "unheard", malformed: 1, missing: 3 }, ok]);
  });

  it.each([1, 0, -1, "2", null, 1e300])("is not spoken of where nothing is missing: %o", async (sent) => {
    const outputs = await outputsOf((kernel) => {
      print(kernel, "one");
      kernel.ends({ status: "ok" }, { countersign_outputs: sent });
    });
    expect(outputs).toEqual([said("one"), ok]);
  });

  it("holds how long the code ran, by its own clock", async () => {
    const outputs = await outputsOf((kernel) =>
      kernel.ends(
        { status: "ok" },
        { started: "2026-01-01T00:00:00.250000Z" },
        "2026-01-01T00:00:02.500000Z",
      ),
    );
    expect(outputs).toEqual([{ ...ok, seconds: 2.25 }]);
  });

  it("holds no time that cannot be", async () => {
    const outputs = await outputsOf((kernel) =>
      kernel.ends({ status: "ok" }, { started: "2026-01-01T00:00:02Z" }, "2026-01-01T00:00:00Z"),
    );
    expect(outputs).toEqual([ok]);
  });
});
