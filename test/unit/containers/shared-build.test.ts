import { describe, expect, it } from "vitest";
import type { ImageInfo } from "../../../src/containers/engine.ts";
import { SharedBuild } from "../../../src/containers/shared-build.ts";
import { cancelled } from "../../../src/errors.ts";

const image: ImageInfo = { id: "sha256:1", tags: [], labels: {}, digests: [], bytes: 1 };

/** A build that the test ends itself. */
function build(): {
  shared: SharedBuild;
  say: (line: string) => void;
  finish: (image: ImageInfo) => void;
  fail: (error: Error) => void;
} {
  let say!: (line: string) => void;
  let finish!: (image: ImageInfo) => void;
  let fail!: (error: Error) => void;
  const shared = new SharedBuild((onLine, signal) => {
    say = onLine;
    return new Promise((resolve, reject) => {
      finish = resolve;
      fail = reject;
      signal.addEventListener("abort", () => reject(cancelled("The build")));
    });
  });
  return { shared, say, finish, fail };
}

const deaf = (): undefined => undefined;

describe("SharedBuild", () => {
  it("gives all callers the same image and each the log", async () => {
    const { shared, say, finish } = build();
    const heard: string[] = [];
    const joined = [1, 2].map((n) =>
      shared.join((line) => heard.push(`${n} ${line}`), new AbortController().signal),
    );
    say("Step 1");
    finish(image);
    expect(await Promise.all(joined)).toEqual([image, image]);
    expect(heard).toEqual(["1 Step 1", "2 Step 1"]);
    expect(shared.lastLine).toBe("Step 1");
  });

  it("goes on for the others where one gives up, who hears nothing more", async () => {
    const { shared, say, finish } = build();
    const impatient = new AbortController();
    const heard: string[] = [];
    const first = shared.join((line) => heard.push(line), impatient.signal);
    const second = shared.join(deaf, new AbortController().signal);
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    expect(shared.stopped).toBe(false);
    say("Step 2");
    finish(image);
    expect(await second).toBe(image);
    expect(heard).toEqual([]);
  });

  it("stops where the last one gives up", async () => {
    const { shared } = build();
    const both = [new AbortController(), new AbortController()];
    const joined = both.map(({ signal }) => shared.join(deaf, signal));
    const ends = Promise.allSettled(joined);
    for (const each of both) each.abort();
    expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(shared.stopped).toBe(true);
  });

  it("does not count a caller that had given up before", async () => {
    const { shared } = build();
    await expect(shared.join(deaf, AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
    expect(shared.stopped).toBe(false);
  });

  it("tells every caller of a failure", async () => {
    const { shared, fail } = build();
    const ends = Promise.allSettled([1, 2].map(() => shared.join(deaf, new AbortController().signal)));
    fail(new Error("no space"));
    expect((await ends).map((end) => end.status === "rejected" && (end.reason as Error).message)).toEqual([
      "no space",
      "no space",
    ]);
  });
});
