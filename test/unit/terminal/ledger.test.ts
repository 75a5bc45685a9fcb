import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stateDirectory } from "../../../src/storage/state-directory.ts";
import { Bench, never } from "../approval/bench.ts";

const cli = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
let folder: string;
let environment: NodeJS.ProcessEnv;
let stateDir: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-ledger-"));
  environment = { ...process.env, COUNTERSIGN_STATE_HOME: join(folder, "state") };
  const workspace = join(folder, "work");
  mkdirSync(workspace);
  stateDir = stateDirectory(workspace, environment);
  await performed("one");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function performed(text: string): Promise<void> {
  const bench = new Bench(stateDir);
  await bench.inbox.perform(await bench.approved(text), never);
  await bench.close();
}

/** The first of the reports. */
const first = (reports: string): string => join(reports, readdirSync(reports).sort()[0] ?? "");

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** The real command line, in a process of its own. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: 60_000, env: environment };
    execFile(process.execPath, [cli, "ledger", ...args], options, (error, out, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, error: stderr }),
    );
  });
}

describe("countersign ledger", { timeout: 60_000 }, () => {
  it("exports a workspace's ledger, which verifies anywhere, by the key that comes with it or another way", async () => {
    const exported = await run("export", "first", "--workspace", "work");
    expect(exported).toMatchObject({ code: 0, out: `${join(folder, "first")}: 5 rows and 1 report\n` });
    expect(readdirSync(join(folder, "first")).sort()).toEqual(["ledger.jsonl", "public-key.pem", "reports"]);
    expect(await run("verify", "first/ledger.jsonl")).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^first\/ledger.jsonl: 5 rows hold, signed by the key in it; it ends with [0-9a-f]{16}\n$/,
      ) as string,
    });
    const { out } = await run("verify", "first/ledger.jsonl", "--key", "first/public-key.pem", "--json");
    expect(JSON.parse(out)).toMatchObject({ ok: true, rows: 5 });
  });

  it("names the first broken row of one that was changed, and ends with 1", async () => {
    const text = readFileSync(join(folder, "first", "ledger.jsonl"), "utf8");
    writeFileSync(join(folder, "changed.jsonl"), text.replace('"Ada"', '"Eve"'));
    expect(await run("verify", "changed.jsonl")).toMatchObject({
      code: 1,
      out: "changed.jsonl: broken at row 2: row 2 was changed\n",
    });
  });

  it.each<[string, (folder: string) => void]>([
    ["was changed", (reports) => writeFileSync(first(reports), `${readFileSync(first(reports), "utf8")} `)],
    ["is missing", (reports) => rmSync(first(reports))],
    ["is not of this export", (reports) => writeFileSync(join(reports, "0009-other.md"), "# Other\n")],
  ])("tells of a report beside it that %s", async (told, change) => {
    await run("export", "reported", "--workspace", "work");
    expect((await run("verify", "reported/ledger.jsonl")).code).toBe(0);
    change(join(folder, "reported", "reports"));
    expect(await run("verify", "reported/ledger.jsonl")).toMatchObject({
      code: 1,
      out: expect.stringContaining(told) as string,
    });
    rmSync(join(folder, "reported"), { recursive: true });
  });

  it.each<[string, (text: string) => string | Buffer]>([
    ["carriage returns", (text) => text.replaceAll("\n", "\r\n")],
    ["a byte order mark", (text) => `\ufeff${text}`],
    ["no line feed at its end", (text) => text.trimEnd()],
    ["a blank line at its end", (text) => `${text}\n`],
    ["bytes that are no UTF-8", (text) => Buffer.from(text.replace("Ada", "Ad\u00e4"), "latin1")],
  ])("refuses a file with %s", async (_, forge) => {
    const text = readFileSync(join(folder, "first", "ledger.jsonl"), "utf8");
    writeFileSync(join(folder, "forged.jsonl"), forge(text));
    expect((await run("verify", "forged.jsonl")).code).toBe(1);
  });

  it("finds that one was cut by a later export, and by the head that the workspace keeps", async () => {
    await performed("two");
    await run("export", "second", "--workspace", "work");
    for (const known of ["second/ledger.jsonl", join(stateDir, "ledger-head.json")]) {
      const { code, out } = await run("verify", "first/ledger.jsonl", "--known", known);
      expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining("rows 6 to ") as string });
    }
    expect(await run("verify", "second/ledger.jsonl", "--known", "first/ledger.jsonl")).toMatchObject({
      code: 0,
    });
  });

  it("checks the segments of a mirror together, and finds one that is gone", async () => {
    const mirror = { folder: () => join(folder, "mirror"), workspaceDir: "/home/ada/work" };
    const bench = new Bench(stateDir, { mirror });
    for (const text of ["three", "four"]) await bench.inbox.perform(await bench.approved(text), never);
    await bench.close();
    const [name = ""] = readdirSync(join(folder, "mirror"));
    expect(name).toMatch(/^work-[0-9a-f]{12}$/);
    const segments = join(folder, "mirror", name);
    const rows = Number(/-0*(\d+)\.jsonl$/.exec(readdirSync(segments).sort().at(-1) ?? "")?.[1]);
    expect(await run("verify", segments, "--key", "first/public-key.pem")).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${rows} rows hold`) as string,
    });
    const [first = ""] = readdirSync(segments).sort();
    rmSync(join(segments, first));
    expect((await run("verify", segments)).code).toBe(1);
  });

  it("decides and changes nothing", async () => {
    const bench = new Bench(stateDir);
    const { id } = await bench.asked("waits");
    await bench.close();
    await run("export", "third", "--workspace", "work");
    const after = new Bench(stateDir);
    expect(after.inbox.get(id).state).toBe("requested");
    expect(after.types(id)).toEqual(["requested"]);
    await after.close();
  });

  it.each([
    [[], 0],
    [["verify", "--help"], 0],
    [["approve", "x"], 64],
    [["verify"], 64],
    [["export", "a", "b"], 64],
    [["verify", "first/ledger.jsonl", "missing.jsonl"], 66],
    [["verify", "missing.jsonl"], 66],
    [["verify", "first/ledger.jsonl", "--known", "first/public-key.pem"], 66],
    [["export", "x", "--workspace", "first"], 66],
  ])("answers to %j with %i", async (args, code) => {
    const ended = await run(...args);
    expect(ended.code).toBe(code);
    expect(ended.out + ended.error).toMatch(/^(Usage: )?countersign ledger/);
    expect(ended.error).not.toContain("    at ");
  });
});
