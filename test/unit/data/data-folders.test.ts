import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DataFolders } from "../../../src/data/data-folders.ts";
import { DelimitedText } from "../../../src/data/delimited-text.ts";

const { signal } = new AbortController();
const sample = fileURLToPath(new URL("../../../media/sample-workspace", import.meta.url));
let workspaceDir: string;
let outside: string;

beforeEach(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), "countersign-data-"));
  outside = await mkdtemp(join(tmpdir(), "countersign-outside-"));
  await mkdir(join(workspaceDir, "data"));
});
afterEach(async () => {
  await Promise.all([workspaceDir, outside].map((folder) => rm(folder, { recursive: true, force: true })));
});

const put = (name: string, content: string) => writeFile(join(workspaceDir, "data", name), content);

async function items(folders = ["data"], question = "", root = workspaceDir) {
  const source = new DataFolders({ workspaceDir: root, folders: () => folders });
  return (await source.retrieve({ question }, signal)).items;
}

async function described(name: string, content: string): Promise<string> {
  await put(name, content);
  return (await items())[0]?.text ?? "";
}

describe("the sample workspace", () => {
  it("is described as it is", async () => {
    const [co2, weather] = await items(["data"], "CO2 concentration", sample);
    expect(co2?.title).toBe('"data/co2-concentration.csv", 18.5 kB');
    expect(co2?.text.split("\n")).toEqual([
      "table, 741 rows, 3 columns.",
      '- "Date": date or time, 1958-03-01 to 2020-04-01',
      '- "CO2": number, 313.21 to 416.18',
      '- "adjusted CO2": number, 314.44 to 413.35',
      "first row: 1958-03-01 | 315.70 | 314.44",
      expect.stringMatching(/^last row: 2020-04-01/),
    ]);
    expect(weather?.text).toContain('- "weather": text, 5 values: "drizzle", "rain", "sun", "snow", "fog"');
    expect(weather?.text).toContain("table, 1461 rows");
  });

  it("gives what has to do with the question first", async () => {
    expect((await items(["data"], "rain in Seattle", sample))[0]?.title).toContain("seattle-weather");
  });
});

describe("tables", () => {
  it("with quotes, doubled quotes, line ends in fields, CRLF and a byte order mark", async () => {
    const text = await described("a.csv", '\uFEFF"n, m",x\r\n"say ""hi""",1\r\n"two\nlines",2\r\n');
    expect(text).toContain("table, 2 rows, 2 columns.");
    expect(text).toContain('- "n, m": text, 2 values: "say \\"hi\\"", "two lines"');
    expect(text).toContain('- "x": integer, 1 to 2');
  });

  it("with semicolons, tabs, missing values and ragged rows", async () => {
    expect(await described("a.csv", "a;b;c\n1;;nan\n2.5;x\n")).toContain(
      '- "b": text, 1 value: "x", 1 missing',
    );
    await put("b.tsv", "a\tb\n1\t2\n");
    expect((await items(["data"], "b.tsv"))[0]?.text).toContain("table, 1 row, 2 columns.");
  });

  it("that hold nothing, or no text", async () => {
    expect(await described("a.csv", "")).toBe("an empty table");
    expect(await described("a.csv", "x\0y\n1,2\n")).toBe("not text");
  });

  it("read any split of any rows as the whole", () => {
    const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é", "🧪") });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), (expected, size) => {
        const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const text = expected.map((row) => row.map(quote).join(",")).join("\r\n");
        const read: (readonly string[])[] = [];
        const reader = new DelimitedText(",", (row) => read.push(row));
        const characters = Array.from(text);
        for (let at = 0; at < characters.length; at += size)
          reader.push(characters.slice(at, at + size).join(""));
        reader.end();
        expect(read).toEqual(expected);
      }),
    );
  });

  it("of a gigabyte within bounds of time and memory", async () => {
    const file = join(workspaceDir, "data", "big.csv");
    const handle = await open(file, "w");
    await handle.writeFile(`time,value\n${"2024-01-01,1.5\n".repeat(600_000)}`);
    await handle.close();
    await truncate(file, 1_000_000_000);
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const [big] = await items();
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    expect(big?.title).toContain("1.0 GB");
    expect(big?.text).toContain(
      "table, about 67000000 rows, 2 columns. Ranges are those of the first 559239 rows.",
    );
  });

  it("of one endless line or one endless quotation stay bounded", async () => {
    expect(await described("a.csv", `a,b\n"${"x".repeat(9_000_000)}`)).toContain("table, about 0 rows");
    const wide = await described("a.csv", `${"c,".repeat(5_000)}c\n1\n`);
    expect(wide).toContain("5001 columns");
    expect(wide.length).toBeLessThan(3_000);
  });
});

describe("JSON", () => {
  it("lists of records, by their columns", async () => {
    const text = await described(
      "a.json",
      '[{"t":"2024-01-01","v":1,"w":{"x":1}},{"t":"2024-02-01","v":null}]',
    );
    expect(text.split("\n")).toEqual([
      "JSON, a list of 2 records.",
      '- "t": date or time, 2024-01-01 to 2024-02-01',
      '- "v": integer, 1 to 1, 1 missing',
      '- "w": text, 1 value: "{\\"x\\":1}", 1 missing',
      expect.stringContaining("first record:"),
    ]);
  });

  it("objects by their keys, and other values", async () => {
    expect(await described("a.json", '{"rows":[1,2],"meta":{"unit":"mm"},"n":3}')).toBe(
      'JSON, an object with 3 keys.\n- "rows": list of 2, first: 1\n- "meta": object with keys unit\n- "n": 3',
    );
    expect(await described("a.json", "[]")).toBe("JSON, list of 0");
    expect(await described("a.json", "17")).toBe("JSON, 17");
  });

  it("that is broken, nested beyond reason, or too large", async () => {
    expect(await described("a.json", '{"a":')).toBe("not valid JSON");
    expect(await described("a.json", "[".repeat(200_000) + "]".repeat(200_000))).toMatch(/^(JSON|not valid)/);
    expect(await described("a.json", `{"a": "${"x".repeat(5_000_000)}"}`)).toContain(
      "too large to be described",
    );
  });
});

describe("only what was configured is read", () => {
  it("no other folder, no hidden file, no other kind", async () => {
    await put("a.csv", "x\n1\n");
    await put(".hidden.csv", "x\n1\n");
    await put("notes.txt", "x");
    await writeFile(join(workspaceDir, "other.csv"), "x\n1\n");
    await mkdir(join(workspaceDir, "data", "deep", "er"), { recursive: true });
    await writeFile(join(workspaceDir, "data", "deep", "er", "b.csv"), "x\n1\n");
    const titles = (await items(["data", "missing"])).map(({ title }) => title).sort();
    expect(titles).toEqual(['"data/a.csv", 4 B', '"data/deep/er/b.csv", 4 B']);
  });

  it("nothing behind a link or a path that leads out", async () => {
    await writeFile(join(outside, "secret.csv"), "password\nhunter2\n");
    await symlink(join(outside, "secret.csv"), join(workspaceDir, "data", "innocent.csv"));
    await symlink(outside, join(workspaceDir, "linked"));
    await symlink(outside, join(workspaceDir, "data", "folder"));
    expect(await items(["data", "linked", "../", `../${outside.split("/").at(-1) ?? ""}`])).toEqual([]);
  });

  it("a pipe is not waited for", async () => {
    execFileSync("mkfifo", [join(workspaceDir, "data", "pipe.csv")]);
    await symlink(join(workspaceDir, "data", "pipe.csv"), join(workspaceDir, "data", "link.csv"));
    expect(await items()).toEqual([]);
  });

  it("what cannot be read is said, and takes nothing with it", async () => {
    await put("a.csv", "x\n1\n");
    await put("b.json", "{}");
    await symlink("nowhere.csv", join(workspaceDir, "data", "c.csv"));
    expect((await items()).map(({ text }) => text)).toEqual([
      'table, 1 row, 1 column.\n- "x": integer, 1 to 1\nfirst row: 1\nlast row: 1',
      "JSON, an object with 0 keys.",
    ]);
  });

  it("stops when it is told to", async () => {
    await put("a.csv", "x\n1\n");
    const source = new DataFolders({ workspaceDir, folders: () => ["data"] });
    await expect(source.retrieve({ question: "" }, AbortSignal.abort())).rejects.toThrow();
  });
});
