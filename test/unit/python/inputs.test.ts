import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import { bindHanded, findInputs, observeInputs, readInput, withNamed } from "../../../src/python/inputs.ts";
import { WorkspaceFiles } from "../../../src/python/bound/workspace-files.ts";
import { RunFolder } from "../../../src/python/runs/run-folder.ts";
import { findDataFolders, requireBound } from "../../../src/python/sandboxes/data-folders.ts";

let root: string;
let workspace: string;
let files: WorkspaceFiles;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "countersign-inputs-")));
  workspace = join(root, "workspace");
  await mkdir(workspace);
  files = new WorkspaceFiles(workspace);
  await writeFile(join(root, "outside.txt"), "outside");
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(workspace, path)), { recursive: true });
  await writeFile(join(workspace, path), content);
}

describe("files that code names", () => {
  it("binds those of the workspace by digest, each once, and leaves out what a data folder holds", async () => {
    await put("a/b.txt", "content");
    await put("data/x.csv", "1");
    const found = await findInputs(files, ["a/b.txt", "./a/../a/b.txt", "data/x.csv"], ["./data/"]);
    expect(found).toEqual([{ path: "a/b.txt", bytes: 7, digest: sha256("content"), boundBy: "content" }]);
  });

  it("leaves out what is outside, missing, no file, or a link that leads out", async () => {
    await mkdir(join(workspace, "folder"));
    await symlink(join(root, "outside.txt"), join(workspace, "link"));
    await symlink(root, join(workspace, "up"));
    const named = [
      "../outside.txt",
      join(root, "outside.txt"),
      "missing",
      "folder",
      "link",
      "up/outside.txt",
      ".",
      "",
    ];
    expect(await findInputs(files, named, [])).toEqual([]);
  });

  it("notices one that changed or went, and does not hand out what was not approved", async () => {
    await put("a.txt", "one");
    await put("b.txt", "two");
    const approved = await findInputs(files, ["a.txt", "b.txt"], []);
    expect(await observeInputs(files, approved)).toEqual(approved);
    await appendFile(join(workspace, "a.txt"), "!");
    await rm(join(workspace, "b.txt"));
    const observed = await observeInputs(files, approved);
    expect(observed.map(({ digest }, index) => digest === approved[index]!.digest)).toEqual([false, false]);
    await expect(readInput(files, approved[0]!)).rejects.toMatchObject({ code: "input-refused" });
    await expect(readInput(files, approved[1]!)).rejects.toMatchObject({ code: "input-refused" });
  });
});

describe("data folders", () => {
  it("finds those that exist, once, and the outer one where one lies in another", async () => {
    await put("data/deep/x.csv", "1");
    const found = await findDataFolders(workspace, ["data", "./data/", "missing", "data/deep"]);
    expect(found.map(({ name, realPath }) => [name, realPath])).toEqual([["data", join(workspace, "data")]]);
  });

  it("tells a folder that was replaced apart", async () => {
    await mkdir(join(workspace, "data"));
    const [before] = await findDataFolders(workspace, ["data"]);
    await mkdir(join(workspace, "next"));
    await rm(join(workspace, "data"), { recursive: true });
    await put("data/x", "");
    const [after] = await findDataFolders(workspace, ["data"]);
    expect(after!.identity).not.toBe(before!.identity);
  });

  it("that were approved are given, and no other one of their name", async () => {
    await mkdir(join(workspace, "data"));
    const [found] = await findDataFolders(workspace, ["data"]);
    const bound = { name: "data", at: "data", identity: found!.identity };
    expect(() => requireBound([found!], [bound])).not.toThrow();
    expect(() => requireBound([found!], [{ ...bound, identity: "1:2:3" }])).toThrow(
      "replaced by another one",
    );
    expect(() => requireBound([found!], [])).toThrow("replaced by another one");
  });

  it.each([".", "..", "../other", "/etc", "a/../.."])("refuses %j", async (name) => {
    await expect(findDataFolders(workspace, [name])).rejects.toMatchObject({ code: "input-refused" });
  });

  it("refuses one that holds a way to a program of this machine", async () => {
    const pipe = join(workspace, "data", "deep", "requests");
    await mkdir(join(workspace, "data", "deep"), { recursive: true });
    execFileSync("mkfifo", [pipe]);
    const refused = { code: "input-refused", message: expect.stringContaining("(requests)") as string };
    await expect(findDataFolders(workspace, ["data"])).rejects.toMatchObject(refused);
    await rm(pipe);
    const server = createServer().listen(pipe);
    await once(server, "listening");
    await expect(findDataFolders(workspace, ["data"])).rejects.toMatchObject(refused);
    server.close();
    await once(server, "close");
    await expect(findDataFolders(workspace, ["data"])).resolves.toHaveLength(1);
  });
});

describe("the folder of a run", () => {
  const name = {
    analysisId: "analysis-12345678",
    question: "Größter CO₂-Wert?",
    attempt: 1,
    at: Date.UTC(2026, 0, 2),
  };

  it("is named after day, question, analysis and attempt; attempts share it, and the same attempt does not collide", async () => {
    const first = await RunFolder.create(workspace, "analyses", name);
    expect(first.path).toBe(join(workspace, "analyses/2026-01-02-gro-ter-co2-wert-12345678/attempt-1"));
    const nextDay = await RunFolder.create(workspace, "analyses", {
      ...name,
      attempt: 2,
      at: Date.UTC(2026, 0, 3),
    });
    expect(dirname(nextDay.path)).toBe(dirname(first.path));
    const again = await RunFolder.create(workspace, "analyses", name);
    expect(again.path).toBe(join(dirname(first.path), "attempt-1-2"));
  });

  it("does not follow a link out of the workspace", async () => {
    await symlink(root, join(workspace, "analyses"));
    await expect(RunFolder.create(workspace, "analyses", name)).rejects.toMatchObject({
      code: "input-refused",
    });
  });
});

describe("files that an earlier run left", () => {
  const OUT = "analyses/2026-11-27-a-1a2b3c4d/attempt-1/out";

  it("are bound under the names that it gave them, the last of each name, and read from where they lie", async () => {
    await put(`${OUT}/table.csv`, "a\n1\n");
    await put("analyses/second/out/table.csv", "a\n2\n");
    const handed = [`${OUT}/table.csv`, "analyses/second/out/table.csv"].map((path) => ({
      name: "table.csv",
      path: join(workspace, path),
    }));
    const bound = await bindHanded(files, handed);
    expect(bound).toEqual([
      {
        path: "table.csv",
        source: "analyses/second/out/table.csv",
        bytes: 4,
        digest: sha256("a\n2\n"),
        boundBy: "content",
      },
    ]);
    expect(await observeInputs(files, bound)).toEqual(bound);
    expect((await readInput(files, bound[0]!)).toString()).toBe("a\n2\n");
    await appendFile(join(workspace, "analyses/second/out/table.csv"), "3");
    expect(await observeInputs(files, bound)).not.toEqual(bound);
    await expect(readInput(files, bound[0]!)).rejects.toMatchObject({ code: "input-refused" });
  });

  it("are whole or not there: part of a store reads as other data", async () => {
    const chunks = Array.from({ length: 900 }, (_, n) => `field.zarr/c/${n}`);
    const others = Array.from({ length: 1_200 }, (_, n) => `maps.zarr/c/${n}`);
    const names = [...chunks, ...others, "table.csv"];
    for (const name of names) await put(`${OUT}/${name}`, name.startsWith("maps") ? "of maps" : "x");
    const handed = names.map((name) => ({ name, path: join(workspace, OUT, name) }));
    const bound = await bindHanded(files, handed);
    expect(bound.map(({ path }) => path)).toEqual([...chunks, "table.csv"].sort());
  });

  it("are none that lie outside the workspace, and come before others of their name", async () => {
    await put("table.csv", "the workspace's own");
    await put(`${OUT}/table.csv`, "earlier");
    const outside = { name: "outside.txt", path: join(root, "outside.txt") };
    const earlier = await bindHanded(files, [
      outside,
      { name: "table.csv", path: join(workspace, OUT, "table.csv") },
    ]);
    const inputs = withNamed(earlier, await findInputs(files, ["table.csv"], []));
    expect(inputs.map(({ path, source }) => [path, source])).toEqual([["table.csv", `${OUT}/table.csv`]]);
  });
});
