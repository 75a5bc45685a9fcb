import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { LedgerVerdict } from "../../../src/approval/ledger/chain.ts";
import { toLine } from "../../../src/approval/ledger/export-format.ts";
import { headOf, verifyExport, type Expectations } from "../../../src/approval/ledger/verify-export.ts";
import { checkLedger } from "../../../src/approval/ledger/ledger-check.ts";
import { Redactor } from "../../../src/storage/redaction.ts";
import { Bench } from "./bench.ts";
import { bench, context, never, note } from "./support.ts";

let made: Bench;
let exported: string[];
let publicKey: string;

beforeEach(async () => {
  made = bench();
  for (const text of ["one", "two", "three"]) await made.inbox.perform(await made.approved(text), never);
  ({ exported, publicKey } = await exportOf(made));
});

async function exportOf({ inbox, folder }: Bench): Promise<{ exported: string[]; publicKey: string }> {
  rmSync(join(folder, "export"), { recursive: true, force: true });
  await inbox.records.exportTo(join(folder, "export"), "a workspace", never);
  const file = readFileSync(join(folder, "export", "ledger.jsonl"), "utf8");
  const key = readFileSync(join(folder, "export", "public-key.pem"), "utf8");
  return { exported: file.trimEnd().split("\n"), publicKey: key };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a file's lines come one after the other
async function* from(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield `${line}\n`;
}

function verdictOf(lines: readonly string[], expectations?: Expectations): Promise<LedgerVerdict> {
  return verifyExport(from(lines), expectations);
}

describe("an exported ledger", () => {
  it("is written into a new folder only: over nothing, and through no link", async () => {
    const elsewhere = join(made.folder, "elsewhere");
    mkdirSync(elsewhere);
    const link = join(made.folder, "link");
    symlinkSync(elsewhere, link);
    for (const taken of [elsewhere, link]) {
      const writing = made.inbox.records.exportTo(taken, "a workspace", never);
      await expect(writing).rejects.toMatchObject({ code: "input-refused" });
    }
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("holds: a header with the key, the rows, the signed head", async () => {
    expect(exported).toHaveLength(1 + 15 + 1 + 1);
    expect(await verdictOf(exported)).toMatchObject({ ok: true, rows: 15 });
    expect(await verdictOf(exported, { publicKey })).toMatchObject({ ok: true });
  });

  const swap = (lines: string[], a: number, b: number) => {
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  };
  it.each<[string, number, (lines: string[]) => void]>([
    ["a changed row", 7, (lines) => (lines[7] = lines[7]!.replace('"Ada"', '"Eve"'))],
    ["a removed row", 4, (lines) => lines.splice(4, 1)],
    ["two rows in another order", 5, (lines) => swap(lines, 5, 6)],
    ["a row that stands there twice", 6, (lines) => lines.splice(5, 0, lines[5]!)],
    ["rows cut off before the signed head", 13, (lines) => lines.splice(13, 3)],
    ["the signed head cut off", 16, (lines) => lines.pop()],
    ["a row after the signed head", 16, (lines) => lines.push(lines[15]!)],
    ["a row that is no row", 3, (lines) => (lines[3] = "{}")],
    ["another head", 14, (lines) => (lines[17] = lines[17]!.replace('"seq":15', '"seq":14'))],
    ["no header", 0, (lines) => lines.shift()],
    ["a newer version", 0, (lines) => (lines[0] = lines[0]!.replace('"version":2', '"version":3'))],
    ["nothing", 0, (lines) => lines.splice(0)],
  ])("shows %s at its row", async (_, brokenAt, damage) => {
    const lines = [...exported];
    damage(lines);
    expect(await verdictOf(lines)).toMatchObject({
      ok: false,
      brokenAt,
    });
  });

  it("shows rows that were spliced in from another ledger", async () => {
    const other = bench();
    for (const text of ["1", "2", "3"]) await other.inbox.perform(await other.approved(text), never);
    const { exported: others } = await exportOf(other);
    const spliced = [...exported.slice(0, 6), ...others.slice(6, 16), ...exported.slice(16)];
    expect(await verdictOf(spliced)).toMatchObject({ ok: false, brokenAt: 6 });
  });

  it("of somebody else holds by its own key, and not by the one that is expected", async () => {
    const other = await exportOf(bench());
    expect(await verdictOf(other.exported)).toMatchObject({ ok: true });
    expect(await verdictOf(other.exported, { publicKey })).toMatchObject({
      ok: false,
      reason: "the head is not signed by this key",
    });
  });

  it("comes by every head that was known before, and one that was cut does not", async () => {
    const earlier = (await headOf(from(exported)))!;
    await made.inbox.perform(await made.approved("four"), never);
    const later = (await exportOf(made)).exported;
    expect(await verdictOf(later, { known: [earlier] })).toMatchObject({ ok: true, rows: 20 });
    const known = [(await headOf(from(later)))!];
    expect(await verdictOf(exported, { known })).toMatchObject({
      ok: false,
      brokenAt: 16,
      reason: "rows 16 to 20 are missing: it ended at row 20 once",
    });
  });

  it("takes no head for known that somebody else signed", async () => {
    const head = (await headOf(from((await exportOf(bench())).exported)))!;
    expect(await verdictOf(exported, { known: [head] })).toMatchObject({ ok: false });
  });
});

describe("text that says the same, written otherwise", () => {
  const edited = (at: number, change: (line: string) => string) => () =>
    exported.map((line, index) => (index === at ? change(line) : line));
  const member = (line: string, name: string): string =>
    JSON.stringify((JSON.parse(line) as Record<string, unknown>)[name]);
  const reordered = (line: string): string =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line) as Record<string, unknown>).reverse()));

  it.each<[string, () => readonly string[]]>([
    ["an extra member in a row", edited(3, (line) => line.replace('"at":', '"as":1,"at":'))],
    ["an extra member in the header", edited(0, (line) => line.replace("}", ',"zone":"x"}'))],
    ["an extra member at the end", edited(17, (line) => line.replace(/}$/, ',"zone":1}'))],
    ["an extra member in the head", edited(17, (line) => line.replace('"hash"', '"extra":1,"hash"'))],
    ["an extra member in what is said of a report", edited(16, (line) => line.replace(/}$/, ',"zone":1}'))],
    ["a member twice", edited(3, (line) => line.replace('"at":', '"at":5,"at":'))],
    [
      "the same member twice",
      edited(3, (line) => line.replace('{"at":', `{"at":${member(line, "at")},"at":`)),
    ],
    ["a missing member", edited(3, (line) => line.replace(/"at":\d+,/, ""))],
    ["white space", edited(3, (line) => line.replace('"at":', '"at": '))],
    ["white space after it", edited(3, (line) => `${line} `)],
    ["its members in another order", edited(3, reordered)],
    ["a number as 1.0", edited(3, (line) => line.replace(/"at":(\d+)/, '"at":$1.0'))],
    ["a number as 1e0", edited(3, (line) => line.replace(/"seq":(\d+)/, '"seq":$1e0'))],
    ["a character as an escape", edited(3, (line) => line.replace("claimed", "cl\\u0061imed"))],
    ["a solidus as an escape", edited(0, (line) => line.replace("a workspace", "a\\/workspace"))],
    ["another workspace in the header", edited(0, (line) => line.replace("a workspace", "my workspace"))],
    [
      "a row before the first in the header",
      edited(0, (line) => line.replace('{"count', '{"after":0,"count')),
    ],
    ["an older version in the header", edited(0, (line) => line.replace('"version":2', '"version":1'))],
    ["a carriage return", edited(3, (line) => `${line}\r`)],
    ["a byte order mark", edited(0, (line) => `\ufeff${line}`)],
    ["a blank line", () => [...exported.slice(0, 4), "", ...exported.slice(4)]],
    ["a blank line at the end", () => [...exported, ""]],
    ["the header again at the end", () => [...exported, exported[0]!]],
    ["a signature in other base64", edited(17, (line) => line.replace(/="/g, '"'))],
    ["another digest of a report", edited(16, (line) => line.replace(/"sha256":"./, '"sha256":"0x'))],
    ["what is said of a report gone", () => exported.filter((_, index) => index !== 16)],
    [
      "what is said of a report before a row",
      () => [...exported.slice(0, 15), exported[16]!, exported[15]!, exported[17]!],
    ],
  ])("is refused with %s", async (_, forged) => {
    expect(forged()).not.toEqual(exported);
    expect(await verdictOf(forged())).toMatchObject({ ok: false });
    expect(await verdictOf(exported)).toMatchObject({ ok: true });
  });

  it("is refused without the line feed at its end", async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- a file's lines come one after the other
    async function* cut(): AsyncGenerator<string> {
      for (const line of exported) yield line === exported.at(-1) ? line : `${line}\n`;
    }
    expect(await verifyExport(cut())).toMatchObject({ ok: false });
  });

  it("is told from an export of version 1, which still holds and is said to be one", async () => {
    const header = JSON.parse(exported[0]!) as object;
    const { head } = JSON.parse(exported.at(-1)!) as { head: object };
    const old = [toLine({ ...header, version: 1 }), ...exported.slice(1, 16), toLine({ head })].map((line) =>
      line.trimEnd(),
    );
    expect(await verdictOf(old)).toMatchObject({ ok: true, rows: 15, version: 1 });
    expect(await verdictOf(exported)).toMatchObject({ ok: true, version: 2 });
  });
});

describe("the reports beside it", () => {
  it("are named in it with their digests, and those of the action and its text; they name its head", () => {
    const { report } = JSON.parse(exported[16]!) as {
      report: { name: string; sha256: string; requests: { id: string; action: string; text: string }[] };
    };
    const file = readFileSync(join(made.folder, "export", report.name), "utf8");
    expect(report.sha256).toBe(sha256(file));
    const [first] = report.requests;
    expect(first).toMatchObject({ text: sha256("one") });
    expect(file).toContain(first!.action);
    expect(file).toContain(first!.text);
    expect(file).toContain(made.inbox.ledger.head().hash);
    const row = made.inbox.ledger.rows(first!.id as RequestId)[0];
    expect(row?.body).toMatchObject({ hash: first!.action, text: first!.text });
  });

  it("say of each analysis what was asked, who decided and what came of it", () => {
    const folder = join(made.folder, "export", "reports");
    expect(readdirSync(folder)).toEqual(["0001-which-month-is-the-wettest.md"]);
    const report = readFileSync(join(folder, "0001-which-month-is-the-wettest.md"), "utf8");
    expect(report).toMatch(/^# Which month is the wettest\?\n/);
    expect(report).toContain("## 2. Write two");
    expect(report).toContain("```text\ntwo\n```");
    expect(report).toMatch(/- row 2, .*: decided, approve, Ada \(known by os-user\)/);
    expect(report).toContain(made.inbox.recent(1)[0]!.hash);
  });

  it("name the digests of what was read, at the start and at the end, and what changed between", async () => {
    made.kind.perform = (_note, claim) => {
      claim.start({ data: "1f data/x.csv\n2e data/y.csv" });
      return Promise.resolve({ noted: { data: "3d data/x.csv", changed: "data/x.csv changed" } } as never);
    };
    await made.inbox.perform(await made.approved("reads"), never);
    await exportOf(made);
    const report = readFileSync(
      join(made.folder, "export", "reports", "0001-which-month-is-the-wettest.md"),
      "utf8",
    );
    expect(report).toMatch(/: started\n {2}- read: 1f data\/x\.csv\n {2}- read: 2e data\/y\.csv\n/);
    expect(report).toMatch(
      /: outcome, finished\n {2}- read: 3d data\/x\.csv\n {2}- changed meanwhile: data\/x\.csv changed\n/,
    );
  });

  it("hold nothing that Markdown would show as anything but text", async () => {
    const evil = "# x\n```\n![](https://evil.example/x.png) <img src=x> [a](command:b)\u202e\n````";
    const question = "www.evil.example <b> `x` | https://evil.example";
    await made.inbox.request(note(evil), "evil", { ...context, analysisId: "evil", question });
    await exportOf(made);
    const folder = join(made.folder, "export", "reports");
    const report = readFileSync(
      join(
        folder,
        readdirSync(folder).find((name) => name.startsWith("0002"))!,
      ),
      "utf8",
    );
    expect(report.split("\n")[0]).toBe("# www\\.evil.example \\<b\\> \\`x\\` \\| https\\://evil.example");
    expect(report).toContain("`````text\n# x\n```\n![](https://evil.example/x.png)");
    expect(report).not.toContain("\u202e");
  });

  it("hold no secret, whether it was told of or looks like one, and say so where one was", async () => {
    const redactor = new Redactor();
    redactor.learn("our-own-secret");
    const other = bench({ redactor });
    const question = "Is our-own-secret right?";
    const code = "headers = {'Authorization': 'Bearer abcdef0123456789'}\nkey = 'our-own-secret'\n";
    await other.inbox.request(note(code), "secret", { ...context, question });
    await exportOf(other);
    const folder = join(other.folder, "export");
    const files = ["ledger.jsonl", join("reports", readdirSync(join(folder, "reports"))[0]!)];
    for (const file of files.map((name) => readFileSync(join(folder, name), "utf8"))) {
      expect(file).not.toMatch(/our-own-secret|abcdef0123456789/);
    }
    const report = readFileSync(join(folder, files[1]!), "utf8");
    expect(report).toContain("Secrets in it were taken out");
    expect(report).toContain("key = '[redacted]'");
  });
});

describe("the ledger's key", () => {
  it("is readable by its owner only, and is the same for the next window", () => {
    expect(statSync(join(made.folder, "ledger-key.pem")).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(made.folder, "ledger-key.pem"), "utf8");
    bench({ beside: made });
    expect(readFileSync(join(made.folder, "ledger-key.pem"), "utf8")).toBe(before);
  });
});

describe("a secret in what is recorded", () => {
  it("is gone before it is hashed", async () => {
    const { id } = await made.inbox.request(
      { ...note("x"), subject: "Fetch with token=abcd1234efgh" },
      "secret",
      context,
    );
    expect(made.inbox.ledger.rows(id)[0]?.body.subject).toBe("Fetch with token=[redacted]");
    expect(made.inbox.ledger.verify()).toMatchObject({ ok: true });
  });
});

describe("a database that is not the one that it was", () => {
  /** Closes the window, puts the database in the state of `files`, and opens it again. */
  async function reopened(change: (folder: string) => void): Promise<Bench> {
    await made.close();
    change(made.folder);
    return bench({ beside: made });
  }

  function copy(folder: string, to: string, back = false): void {
    for (const name of ["countersign.db"])
      if (back) copyFileSync(join(to, name), join(folder, name));
      else copyFileSync(join(folder, name), join(to, name));
  }

  it("is taken as it is where nothing happened to it", async () => {
    const waiting = (await made.asked("waits")).id;
    const approved = await made.approved("approved");
    const next = await reopened(() => undefined);
    expect(next.inbox.get(waiting).state).toBe("requested");
    expect(next.inbox.get(approved).state).toBe("approved");
  });

  it("is noticed where an older one was put back, and what was approved there cannot be used again", async () => {
    const used = await made.approved("once");
    const waiting = (await made.asked("waits")).id;
    made.judgement = { verdict: "ask", reason: "All asks.", grantable: true };
    const { proof } = await made.inbox.show((await made.asked("granting")).id, never);
    const grant = { scope: "workspace", lasts: 3_600_000 } as const;
    await made.inbox.decide(proof.requestId, { verdict: "approve", grant }, proof);
    expect(made.inbox.grants.list()).toHaveLength(1);
    const kept = join(made.folder, "export");
    await made.close();
    copy(made.folder, kept);
    const meanwhile = bench({ beside: made });
    await meanwhile.inbox.perform(used, never);
    expect(meanwhile.kind.done).toEqual(["once"]);
    await meanwhile.close();
    copy(made.folder, kept, true);
    const restored = bench({ beside: made });
    expect(restored.inbox.get(used).state).toBe("withdrawn");
    expect(restored.inbox.get(waiting).state).toBe("withdrawn");
    expect(restored.inbox.grants.list()).toEqual([]);
    await restored.inbox.perform(used, never);
    expect(restored.kind.done).toEqual([]);
    const replaced = [...restored.inbox.ledger.all()].find(({ type }) => type === "database-replaced");
    expect(replaced?.body.expected).toMatchObject({ seq: expect.any(Number) as number });
    expect(restored.inbox.ledger.verify()).toMatchObject({ ok: true });
  });

  it.each([
    ["is gone", (folder: string) => rmSync(join(folder, "ledger-head.json"))],
    [
      "was not signed here",
      (folder: string) =>
        writeFileSync(join(folder, "ledger-head.json"), '{"seq":0,"hash":"","signature":""}'),
    ],
    ["was signed by a key that is gone", (folder: string) => rmSync(join(folder, "ledger-key.pem"))],
  ])("is not believed where the head outside it %s", async (_, change) => {
    const approved = await made.approved("approved");
    const next = await reopened(change);
    expect(next.inbox.get(approved).state).toBe("withdrawn");
    const again = await reopened(() => undefined);
    expect([...again.inbox.ledger.all()].filter(({ type }) => type === "database-replaced")).toHaveLength(1);
  });

  it("is void in a copy of the whole state directory, here or on another machine, and goes on where it was", async () => {
    const approved = await made.approved("approved");
    await made.close();
    const elsewhere = mkdtempSync(join(tmpdir(), "countersign-copy-"));
    cpSync(made.folder, elsewhere, { recursive: true, preserveTimestamps: true });
    const copied = new Bench(elsewhere);
    onTestFinished(async () => {
      await copied.close();
      rmSync(elsewhere, { recursive: true, force: true });
    });
    expect(copied.inbox.get(approved).state).toBe("withdrawn");
    await copied.inbox.perform(approved, never);
    expect(copied.kind.done).toEqual([]);
    const original = bench({ beside: made });
    await original.inbox.perform(approved, never);
    expect(original.kind.done).toEqual(["approved"]);
  });
});

describe("the check in a worker", () => {
  it("says that the ledger holds, while it is written to", async () => {
    const { database, inbox } = made;
    expect((await checkLedger(database.path, inbox.keptHead?.read())).verdict).toEqual(inbox.ledger.verify());
  });

  it("names the row that was changed, and says where it was cut", async () => {
    const { database, inbox } = made;
    for (const { name } of database.all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'",
    ))
      database.exec(`DROP TRIGGER ${name}`);
    database.exec("DELETE FROM ledger WHERE seq > 12");
    const checked = async (kept = inbox.keptHead?.read()) => (await checkLedger(database.path, kept)).verdict;
    expect(await checked()).toMatchObject({ ok: false, brokenAt: 13 });
    database.exec("UPDATE ledger SET at = at + 1 WHERE seq = 5");
    expect(await checked()).toMatchObject({ ok: false, brokenAt: 5 });
  });
});
