import { describe, expect, it } from "vitest";
import { keyName, mistakeInUrl, parseModelChoice } from "../../../src/editor/model-choice.ts";
import { Redactor } from "../../../src/storage/redaction.ts";
import { parseSampleQuestions } from "../../../src/editor/sample-questions.ts";
import { statusOf, statusText, type Status, type StatusText } from "../../../src/editor/status.ts";
import { terminalCommand } from "../../../src/editor/terminal-command.ts";

describe("the model's setting", () => {
  it("takes whole choices only", () => {
    const server = { kind: "openai-compatible", url: "https://api.example.org/v1", model: "m" };
    expect(parseModelChoice(server)).toEqual(server);
    expect(parseModelChoice({ kind: "demonstration", url: "x" })).toEqual({ kind: "demonstration" });
    expect(parseModelChoice({ ...server, url: "not an address" })).toBeUndefined();
    expect(parseModelChoice({ kind: "vscode", id: "x" })).toBeUndefined();
    expect(parseModelChoice("demonstration")).toBeUndefined();
  });

  it("binds a key to one origin", () => {
    expect(keyName("https://api.example.org/v1")).toBe(keyName("https://api.example.org/other"));
    expect(keyName("https://api.example.org/v1")).not.toBe(keyName("https://api.example.org:8443/v1"));
  });

  it("sends no key in the clear over a network", () => {
    expect(mistakeInUrl("http://models.example.org/v1")).toMatch(/https/);
    expect(mistakeInUrl("https://user:key@models.example.org/v1")).toMatch(/key/);
    expect(mistakeInUrl("http://127.0.0.1:8000/v1")).toBeUndefined();
    expect(mistakeInUrl("api.example.org")).toBeDefined();
  });
});

describe("the log", () => {
  it("holds no secret that it was told of, and none that looks like one", () => {
    const redactor = new Redactor();
    redactor.learn("correct horse");
    const line = redactor.redact(
      "correct horse Bearer abc.def-ghi api_key=s3cr3tvalue https://u:pass@host sk-abcdefgh1234",
    );
    for (const secret of ["correct horse", "abc.def-ghi", "s3cr3tvalue", "pass@", "sk-abcdefgh1234"]) {
      expect(line).not.toContain(secret);
    }
  });

  it("leaves ordinary text alone", () => {
    expect(new Redactor().redact("Run 4fd1 finished in 3.2 s")).toBe("Run 4fd1 finished in 3.2 s");
  });
});

function textOf(status: Status): StatusText {
  if (status.kind === "hidden") throw new Error("nothing is said");
  return statusText(status);
}

describe("the status bar", () => {
  const idle = { house: "open", waiting: 0, stage: undefined, hasModel: true } as const;

  it("says first that a person is waited for", () => {
    expect(statusOf({ ...idle, waiting: 2, stage: "running", hasModel: false })).toEqual({
      kind: "waiting",
      count: 2,
      rows: undefined,
    });
    expect(statusOf({ ...idle, stage: "running", hasModel: false }).kind).toBe("working");
    expect(statusOf({ ...idle, hasModel: false }).kind).toBe("no-model");
    expect(statusOf(idle).kind).toBe("ready");
  });

  it("says first that the ledger is broken, and beside all else that it holds", () => {
    const ledger = { ok: false, brokenAt: 7, reason: "row 7 was changed" } as const;
    const broken = statusOf({ ...idle, waiting: 2, ledger });
    expect(broken).toEqual({ kind: "broken-ledger", reason: "row 7 was changed" });
    expect(textOf(broken)).toMatchObject({ isWarning: true, command: "countersign.openLedger" });
    const held = { ...idle, ledger: { ok: true, rows: 15, head: "" } } as const;
    for (const facts of [
      held,
      { ...held, waiting: 1 },
      { ...held, stage: "x" },
      { ...held, hasModel: false },
    ])
      expect(textOf(statusOf(facts)).tooltip).toContain("The ledger holds (15 rows when it was verified).");
  });

  it("is read aloud without the names of icons", () => {
    expect(textOf(statusOf({ ...idle, waiting: 2 })).spoken).toBe(
      "2 to countersign. Code waits for your decision.",
    );
  });

  it("says what keeps everything from running", () => {
    expect(statusOf({ ...idle, house: "restricted", waiting: 2 }).kind).toBe("restricted");
    expect(statusOf({ ...idle, house: "failed" }).kind).toBe("failed");
    expect(statusOf({ ...idle, house: "no-folder" }).kind).toBe("hidden");
  });
});

describe("the terminal command", () => {
  it("quotes paths for the platform's shell", () => {
    expect(terminalCommand("/usr/bin/node", "/home/a b/cli.js", "linux")).toBe(
      "ELECTRON_RUN_AS_NODE=1 /usr/bin/node '/home/a b/cli.js' analyze FILE",
    );
    expect(terminalCommand("C:\\it's\\Code.exe", "C:\\cli.js", "win32")).toBe(
      "$env:ELECTRON_RUN_AS_NODE=1; & 'C:\\it''s\\Code.exe' 'C:\\cli.js' analyze FILE",
    );
  });
});

describe("sample questions", () => {
  it("reads lists of texts and of objects, and nothing else", () => {
    expect(parseSampleQuestions('["a", {"question": "b"}, 3, {"question": ""}]')).toEqual(["a", "b"]);
    expect(parseSampleQuestions('{"questions": ["c"]}')).toEqual(["c"]);
    expect(parseSampleQuestions("{")).toEqual([]);
  });
});
