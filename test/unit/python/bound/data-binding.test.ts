import {
  mkdir,
  mkdtemp,
  open,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256 } from "../../../../src/approval/actions.ts";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { DataBinding } from "../../../../src/python/bound/data-binding.ts";
import { dataDifference } from "../../../../src/python/bound/data-difference.ts";
import { WorkspaceFiles } from "../../../../src/python/bound/workspace-files.ts";
import type { BoundData } from "../../../../src/python/python-run.ts";

let root: string;
let workspace: string;
let data: DataBinding;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "countersign-data-")));
  workspace = join(root, "workspace");
  await put("data/x.csv", "a,b\n1,2\n3,4\n");
  await put("data/y.csv", "a\n1\n");
  data = new DataBinding(new WorkspaceFiles(workspace), new Analyser());
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(root, { recursive: true, force: true });
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(workspace, path)), { recursive: true });
  await writeFile(join(workspace, path), content);
}

/** What is said of data that were bound and then changed. */
async function said(code: string, change: () => Promise<unknown>): Promise<readonly string[]> {
  const bound = await data.bind(code, ["data"]);
  expect(dataDifference(bound, await data.observe(["data"], bound))).toEqual([]);
  await change();
  return dataDifference(bound, await observed(bound));
}

/** As another window would see it too, which has read nothing yet. */
async function observed(bound: BoundData): Promise<BoundData> {
  const here = await data.observe(["data"], bound);
  const elsewhere = new DataBinding(new WorkspaceFiles(workspace), new Analyser());
  expect(await elsewhere.observe(["data"], bound)).toEqual(here);
  return here;
}

const at = (path: string) => join(workspace, path);
const READS = 'import pandas as pd\npd.read_csv("data/x.csv")';
const LISTS = 'import glob\nfor name in glob.glob("data/*.csv"): print(open(name).read())';

describe("a data file that code names", () => {
  it("is bound by its content", async () => {
    const { files } = await data.bind(READS, ["data"]);
    expect(files).toEqual([
      { path: "data/x.csv", bytes: 12, digest: sha256("a,b\n1,2\n3,4\n"), boundBy: "content" },
    ]);
  });

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    ["loses a row", () => put("data/x.csv", "a,b\n1,2\n"), ["data/x.csv changed"]],
    [
      "is written over with as many bytes",
      () => put("data/x.csv", "a,b\n1,2\n3,5\n"),
      ["data/x.csv changed"],
    ],
    ["goes", () => rm(at("data/x.csv")), ["data/x.csv is gone"]],
    [
      "becomes a folder",
      () => rm(at("data/x.csv")).then(() => mkdir(at("data/x.csv"))),
      ["data/x.csv is gone"],
    ],
    ["is swapped for another", () => rename(at("data/y.csv"), at("data/x.csv")), ["data/x.csv changed"]],
    ["is touched and stays the same", () => utimes(at("data/x.csv"), 1, 1), []],
    ["is saved anew and stays the same", () => put("data/x.csv", "a,b\n1,2\n3,4\n"), []],
    ["is not the one that changes", () => put("data/y.csv", "other"), []],
  ])("%s, and that is said", async (_, change, words) => {
    expect(await said(READS, change)).toEqual(words);
  });

  it("is noticed where it had its size, its times and its inode before", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    const words = await said(READS, async () => {
      await writeFile(at("data/x.csv"), "a,b\n1,2\n9,9\n");
      await utimes(at("data/x.csv"), 1, 1);
    });
    expect(words).toEqual(["data/x.csv changed"]);
  });

  it("is noticed where it appears only after the approval", async () => {
    const words = await said('print(open("data/late.csv").read())', () => put("data/late.csv", "1"));
    expect(words).toEqual(["data/late.csv is there now"]);
  });

  it("is bound where no library is known that reads it", async () => {
    const words = await said('import lab_reader\nlab_reader.load("data/x.csv")', () =>
      put("data/x.csv", "1"),
    );
    expect(words).toEqual(["data/x.csv changed"]);
  });

  it("is read once, however often it is looked at, while nothing about it changes", async () => {
    const files = new WorkspaceFiles(workspace);
    const handle = await open(at("data/x.csv"));
    const reads = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, "createReadStream");
    await handle.close();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    const first = await files.bind("data/x.csv");
    expect(await files.bind("data/x.csv")).toEqual(first);
    expect(reads).toHaveBeenCalledTimes(1);
    await put("data/x.csv", "changed");
    expect((await files.bind("data/x.csv"))!.digest).toBe(sha256("changed"));
    expect(reads).toHaveBeenCalledTimes(2);
    reads.mockRestore();
  });
});

describe("a data file above 64 MB", () => {
  const READS_BIG = 'print(len(open("data/big.bin", "rb").read()))';

  beforeEach(async () => {
    await put("data/big.bin", "head");
    await truncate(at("data/big.bin"), 65 * 1024 * 1024);
  });

  it("is bound by size, times, inode, beginning and end, and says so", async () => {
    const { files } = await data.bind(READS_BIG, ["data"]);
    expect(files).toMatchObject([
      { path: "data/big.bin", bytes: 65 * 1024 * 1024, boundBy: "head-and-tail" },
    ]);
    expect(await said(READS_BIG, () => utimes(at("data/big.bin"), 1, 1))).toEqual(["data/big.bin changed"]);
  });
});

describe("data files that code lists", () => {
  it("are bound by their names, sizes and times", async () => {
    const { listings } = await data.bind(LISTS, ["data"]);
    expect(listings).toMatchObject([{ pattern: "data/*.csv", files: 2, bytes: 16 }]);
  });

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    ["one more", () => put("data/z.csv", "1"), ["data/z.csv is there now"]],
    ["one fewer", () => rm(at("data/y.csv")), ["data/y.csv is gone"]],
    ["one changed", () => put("data/y.csv", "a\n2\n"), ["data/y.csv changed"]],
    ["one more that is not listed", () => put("data/notes.txt", "1"), []],
  ])("are noticed with %s", async (_, change, words) => {
    expect(await said(LISTS, change)).toEqual(words);
  });

  it.each([
    ['import os\nprint(os.listdir("data"))'],
    ['from pathlib import Path\nprint(list(Path("data").iterdir()))'],
    ['import pandas as pd\nprint(pd.read_parquet("data"))'],
    ["import sys\nprint(open(sys.argv[1]).read())"],
  ])("are those of a folder that is listed, read as a whole, or could be: %j", async (code) => {
    expect(await said(code, () => put("data/deep/z.bin", "1"))).toContain("data/deep/z.bin is there now");
  });

  it("are counted where they are too many to be named", async () => {
    for (let index = 0; index < 101; index += 1) await put(`data/many/${index}.csv`, "1");
    const code = 'import glob\nprint(glob.glob("data/many/*.csv"))';
    const words = await said(code, () => put("data/many/more.csv", "1"));
    expect(words).toEqual(["files of data/many/*.csv are 1 more"]);
  });
});

describe("a data folder", () => {
  it.each<[string, (folder: string) => Promise<unknown>]>([
    ["another folder of its name", (folder) => mkdir(folder)],
    ["a link to another place of the workspace", (folder) => symlink(join(workspace, "other"), folder)],
    ["a link to itself under another name", (folder) => symlink(join(workspace, "moved"), folder)],
  ])("is the one that was approved, and not %s", async (_, replace) => {
    await put("other/x.csv", "a,b\n1,2\n3,4\n");
    const words = await said("print(1)", async () => {
      await rename(at("data"), at("moved"));
      await replace(at("data"));
    });
    expect(words).toEqual(["the data folder data was replaced by another one"]);
  });

  it("is none that leads out of the workspace", async () => {
    const words = await said("print(1)", async () => {
      await rm(at("data"), { recursive: true });
      await symlink(root, at("data"));
    });
    expect(words).toEqual(["the data folder data is gone, or leads out of the workspace"]);
  });
});
