import type { Readable } from "node:stream";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../../src/containers/engine.ts";
import type { Output } from "../../../../src/python/python-run.ts";
import { keptOutputs } from "../../../../src/python/recovery/kept-outputs.ts";

/** An engine in whose sandbox the file holds this text; undefined where nothing is left of it. */
function engineWith(text: string | undefined): Engine {
  const getArchive = () => {
    if (text === undefined) return Promise.reject(new Error("the container is dead"));
    const archive = pack();
    archive.entry({ name: "kept", type: "directory" });
    archive.entry({ name: "kept/other.jsonl" }, "not this one\n");
    if (text !== "") archive.entry({ name: "kept/outputs.jsonl" }, text);
    archive.finalize();
    return Promise.resolve(archive as unknown as Readable);
  };
  return { getArchive } as unknown as Engine;
}

async function outputsOf(lines: readonly string[] | undefined, end = "\n"): Promise<readonly Output[]> {
  const text = lines === undefined || lines.length === 0 ? lines?.join("") : `${lines.join("\n")}${end}`;
  const outputs: Output[] = [];
  for await (const output of keptOutputs(engineWith(text), "sandbox")) outputs.push(output);
  return outputs;
}

const BEGIN = '{"type": "begin"}';
const PRINTED = '{"type": "stream", "content": {"name": "stdout", "text": "1\\n"}}';
const printed = { type: "stream", stream: "stdout", text: "1\n" };

describe("what a sandbox kept of what was printed", () => {
  it("is all of it where nothing was cut", async () => {
    expect(await outputsOf([BEGIN, PRINTED])).toEqual([printed]);
    expect(await outputsOf([BEGIN])).toEqual([]);
  });

  it("says that more came where it was cut", async () => {
    const [first, second] = await outputsOf([BEGIN, PRINTED, '{"type": "cut"}']);
    expect(first).toEqual(printed);
    expect(second).toMatchObject({
      stream: "stderr",
      text: expect.stringContaining("what it printed after this is not kept") as string,
    });
  });

  it("says that more came where the place ran full in the middle of a line", async () => {
    const outputs = await outputsOf([BEGIN, PRINTED, PRINTED.slice(0, 30)], "");
    expect(outputs).toEqual([printed, expect.objectContaining({ stream: "stderr" })]);
  });

  it("is read whole where a line comes in many pieces", async () => {
    const text = "x".repeat(3_000_000);
    const line = JSON.stringify({ type: "stream", content: { name: "stdout", text } });
    expect(await outputsOf([BEGIN, line, PRINTED])).toEqual([{ ...printed, text }, printed]);
  });

  it.each([undefined, []])("says that nothing is kept where there is no file: %j", async (lines) => {
    expect(await outputsOf(lines)).toEqual([
      expect.objectContaining({ text: expect.stringContaining("what was printed is not kept") as string }),
    ]);
  });

  it("passes over what is no message", async () => {
    const lines = [
      BEGIN,
      "",
      "null",
      "[]",
      '{"type": 1}',
      '{"type":"stream","content":null}',
      '{"type":"stream',
      PRINTED,
    ];
    expect(await outputsOf(lines)).toEqual([printed]);
  });
});
