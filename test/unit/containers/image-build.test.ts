import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { contextArchive, followBuild } from "../../../src/containers/image-build.ts";
import { CountersignError } from "../../../src/errors.ts";

const never = new AbortController().signal;
const messages = (...all: object[]): Readable =>
  Readable.from(all.map((each) => Buffer.from(`${JSON.stringify(each)}\r\n`)));

async function failure(
  stream: Readable,
  onLine: (line: string) => void = () => undefined,
): Promise<CountersignError> {
  const error: unknown = await followBuild(stream, "tag", onLine, never).catch((thrown: unknown) => thrown);
  if (error instanceof CountersignError) return error;
  throw new Error("The build did not fail");
}

describe("contextArchive", () => {
  it("is the same bytes for the same files in any order", async () => {
    const [a, b] = [Buffer.from("1"), Buffer.from("2")];
    const first = await contextArchive({ a, "d/b": b });
    expect((await contextArchive({ "d/b": b, a })).equals(first)).toBe(true);
    expect((await contextArchive({ a, "d/c": b })).equals(first)).toBe(false);
  });
});

describe("followBuild", () => {
  it("puts lines together again that the builder sends in pieces", async () => {
    const heard: string[] = [];
    const stream = messages(
      { stream: "Step 1/2 : " },
      { stream: "FROM x\n\n" },
      { status: "Pulling" },
      { aux: {} },
      { stream: "end" },
    );
    await followBuild(stream, "tag", (line) => heard.push(line), never);
    expect(heard).toEqual(["Step 1/2 : FROM x", "Pulling", "end"]);
  });

  it("fails with the reason and the log's last lines, at most 30", async () => {
    const lines = Array.from({ length: 50 }, (_, n) => ({ stream: `line ${n}\n` }));
    const error = await failure(
      messages(...lines, { error: "returned a non-zero code: 1", errorDetail: {} }),
    );
    expect(error.code).toBe("build-failed");
    expect(error.message).toContain("returned a non-zero code: 1");
    expect(error.message).toContain("line 49");
    expect(error.message).toContain("line 20");
    expect(error.message).not.toContain("line 19\n");
  });

  it("shortens a line without end", async () => {
    const heard: string[] = [];
    await followBuild(messages({ stream: "x".repeat(1_000_000) }), "tag", (line) => heard.push(line), never);
    expect(heard.map((line) => line.length)).toEqual([2_000]);
  });

  it("says that the engine went away where the stream breaks", async () => {
    const broken = new Readable({ read: () => undefined });
    const ending = failure(broken);
    broken.destroy(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
    expect((await ending).code).toBe("engine-stopped");
  });

  it("is cancelled by its signal", async () => {
    const stop = new AbortController();
    const following = followBuild(
      new Readable({ read: () => undefined }),
      "tag",
      () => undefined,
      stop.signal,
    );
    stop.abort();
    await expect(following).rejects.toMatchObject({ code: "cancelled" });
  });
});
