import { lstat, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { extract, pack, type Pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectArchive, packEntries } from "../../../../src/python/runs/archive.ts";
import { Collector } from "../../../../src/python/runs/collector.ts";

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "countersign-archive-")));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function collector(bytes = 1_000_000): Collector {
  return new Collector(
    { out: join(root, "out"), results: join(root, "results.json"), bytes },
    new Set(["data"]),
  );
}

async function collect(fill: (archive: Pack) => void, into = collector()): Promise<Collector> {
  const archive = pack();
  fill(archive);
  archive.finalize();
  await collectArchive(Readable.from(archive), into);
  return into;
}

describe("what is taken out of a working folder", () => {
  it("takes regular files below the top folder, and results to their own place", async () => {
    const { files, results } = await collect((tar) => {
      tar.entry({ name: "work/", type: "directory" });
      tar.entry({ name: "work/a/b.txt" }, "content");
      tar.entry({ name: "work/.countersign/results.json" }, '{"x":1}');
      tar.entry({ name: "work/.countersign/other" }, "not ours to keep");
    });
    expect(files).toEqual([{ path: "a/b.txt", bytes: 7 }]);
    expect(await readFile(join(root, "out/a/b.txt"), "utf8")).toBe("content");
    expect(await readFile(results!, "utf8")).toBe('{"x":1}');
    expect(await readdir(root)).toEqual(["out", "results.json"]);
  });

  it.each(["symlink", "link", "fifo", "character-device", "block-device"] as const)(
    "takes no %s",
    async (type) => {
      const { files, leftOut } = await collect((tar) => {
        tar.entry({ name: "work/thing", type, linkname: "/etc/passwd" });
        tar.entry({ name: "work/data", type: "symlink", linkname: "/data/0" });
        tar.entry({ name: "work/after" }, "still taken");
      });
      expect(files).toEqual([{ path: "after.collected", name: "after", bytes: 11 }]);
      expect(leftOut.map(({ name }) => name)).toEqual(["thing"]);
    },
  );

  it.each(["work/../escape", "work//etc/x", "work/a/../../x", "work/./x"])(
    "takes nothing by the name %j",
    async (name) => {
      const { files, leftOutCount } = await collect((tar) => {
        tar.entry({ name }, "x");
      });
      expect([files.length, leftOutCount]).toEqual([0, 1]);
      await expect(readdir(join(root, "out"))).rejects.toThrow();
    },
  );

  it("never overwrites: the second of two files with one name is named", async () => {
    const { leftOut } = await collect((tar) => {
      tar.entry({ name: "work/a.csv" }, "first");
      tar.entry({ name: "work/a.csv" }, "second");
      tar.entry({ name: "work/A.csv" }, "another one, also where case does not count");
    });
    expect(await readFile(join(root, "out/a.csv"), "utf8")).toBe("first");
    expect(leftOut.map(({ name }) => name)).toEqual(["a.csv"]);
    expect(new Set((await readdir(join(root, "out"))).map((name) => name.toLowerCase())).size).toBe(2);
  });

  it("keeps what no system can name, and what a tool would obey, under another name and says both", async () => {
    const { files, leftOut } = await collect((tar) => {
      tar.entry({ name: "work/SR:C01 2026-11-30T12:00.csv" }, "1");
      tar.entry({ name: "work/tools/Makefile" }, "2");
    });
    expect(leftOut).toEqual([]);
    expect(files).toEqual([
      { path: "SR_C01 2026-11-30T12_00.csv", name: "SR:C01 2026-11-30T12:00.csv", bytes: 1 },
      { path: "tools/Makefile.collected", name: "tools/Makefile", bytes: 1 },
    ]);
    expect(await readFile(join(root, "out/SR_C01 2026-11-30T12_00.csv"), "utf8")).toBe("1");
  });

  it("stops at what is larger than all that may be collected", async () => {
    const { files, leftOut } = await collect((tar) => {
      tar.entry({ name: "work/small" }, "1234");
      tar.entry({ name: "work/large" }, "x".repeat(2_000));
      tar.entry({ name: "work/after" }, "y");
    }, collector(1_000));
    expect(files.map(({ name }) => name)).toEqual(["small"]);
    expect(leftOut).toEqual([{ name: "large", reason: expect.stringContaining("larger") as string }]);
  });

  it("fails on an archive that is broken instead of waiting for its end", async () => {
    const broken = Readable.from([Buffer.alloc(512, "not a tar header")]);
    await expect(collectArchive(broken, collector())).rejects.toThrow();
  });

  it("writes only regular files inside its folder, whatever the names are", async () => {
    const part = fc.oneof(
      fc.constantFrom("..", ".", "a", "A", "b", "", "c:", "\u0000"),
      fc.string({ maxLength: 6 }),
    );
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 8 }), async (names) => {
        await rm(join(root, "out"), { recursive: true, force: true });
        const accepted = names.filter((one) => !one.includes("\u0000") && one !== "");
        const { files } = await collect((tar) => {
          for (const one of accepted) tar.entry({ name: `work/${one}` }, "x");
        });
        for (const { path } of files) expect((await lstat(join(root, "out", path))).isFile()).toBe(true);
        for (const entry of await readdir(root)) expect(["out", "results.json"]).toContain(entry);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what is staged", () => {
  it("carries files, links and the folders they lie in, for the sandbox's user", async () => {
    const entries = [
      { path: "in/deep/file", content: Buffer.from("x") },
      { path: "more/data", linkTo: "/data/0" },
    ];
    const found: string[] = [];
    const tar = packEntries(entries, 1000).pipe(extract());
    for await (const entry of tar) {
      const { name, type, uid, linkname } = entry.header;
      found.push([type, name, uid, type === "symlink" ? linkname : ""].join(" ").trim());
      entry.resume();
    }
    expect(found).toEqual([
      "directory in 1000",
      "directory in/deep 1000",
      "directory more 1000",
      "file in/deep/file 1000",
      "symlink more/data 1000 /data/0",
    ]);
  });
});
