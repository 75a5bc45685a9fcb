import { expect, it, onTestFinished } from "vitest";
import type { Output } from "../../../../src/python/python-run.ts";
import { connectTo } from "./fake-gateway.ts";

/** What comes of a reply, after an error message where there was one. */
async function outputsOf(
  reply: Readonly<Record<string, string>>,
  error?: object,
): Promise<readonly Output[]> {
  const [client, dispose] = await connectTo((kernel) => {
    if (error !== undefined) kernel.says("error", error);
    kernel.ends({ status: "error", ...reply }, { countersign_outputs: error === undefined ? 0 : 1 });
  });
  onTestFinished(dispose);
  const outputs: Output[] = [];
  for await (const output of await client.execute("x", 60, () => undefined)) outputs.push(output);
  return outputs;
}

const EXIT = { ename: "SystemExit", evalue: "0", traceback: [] };
const MAGIC = { ename: "UsageError", evalue: "Line magic function `%nosuch` not found." };
const told: Output = { type: "error", name: MAGIC.ename, message: MAGIC.evalue, traceback: [] };
const ended = (status: "ok" | "error"): Output => ({ type: "ended", status });

it("takes an exit with status 0 for an end like any other, and misses no output of it", async () => {
  expect(await outputsOf({ ename: EXIT.ename, evalue: EXIT.evalue }, EXIT)).toEqual([ended("ok")]);
});

it("tells an error that only the reply tells of, and none twice", async () => {
  expect(await outputsOf(MAGIC)).toEqual([told, ended("error")]);
  expect(await outputsOf(MAGIC, { ...MAGIC, traceback: [] })).toEqual([told, ended("error")]);
});

it("tells no error where the reply names none", async () => {
  expect(await outputsOf({})).toEqual([ended("error")]);
});
