import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../../src/containers/engine.ts";
import type { Output } from "../../../../src/python/python-run.ts";
import { keptOutputs } from "../../../../src/python/recovery/kept-outputs.ts";

/** An engine in whose sandbox the file holds these lines; undefined where no process can be started in it any more. */
function engineWith(lines: readonly string[] | undefined): Engine {
  const exec = () => {
    if (lines === undefined) return Promise.reject(new Error("the container is dead"));
    const stream = new PassThrough();
    stream.end(lines.map((line) => `${line}\n`).join(""));
    stream.end = () => stream;
    return Promise.resolve(stream);
  };
  return { exec } as unknown as Engine;
}

async function outputsOf(lines: readonly string[] | undefined): Promise<readonly Output[]> {
  const outputs: Output[] = [];
  for await (const output of keptOutputs(engineWith(lines), "sandbox")) outputs.push(output);
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
      text: expect.stringContaining("What it printed after this") as string,
    });
  });

  it.each([undefined, []])("says that nothing is kept where there is no file: %j", async (lines) => {
    expect(await outputsOf(lines)).toEqual([
      expect.objectContaining({ text: expect.stringContaining("What was printed is not kept") as string }),
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
