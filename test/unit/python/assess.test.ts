import { describe, expect, it } from "vitest";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import type { Analysis, RawEffect } from "../../../src/python/analysis/analysis.ts";
import { assess } from "../../../src/python/assess.ts";

const isolation = { level: "container", networks: [], summary: "A container without a network." } as const;
const readOnly = {
  mode: { name: "read_only", allowsWrites: false },
  writingModes: ["write_access"],
  dataFolders: ["data"],
  isolation,
};

function analysis(...effects: RawEffect[]): Analysis {
  return { parses: true, syntaxErrors: [], effects, findings: [], thirdParty: [], namedFiles: [] };
}

const whole = (kind: RawEffect["kind"], target: string): RawEffect => ({ kind, target, certainty: "whole" });
const isOrdinary = (effect: RawEffect) => assess(analysis(effect), readOnly).effects[0]?.ordinary;

describe("findings", () => {
  const analyser = new Analyser();
  const advice = (code: string) =>
    assess(analyser.analyse(code), readOnly).findings.map(({ effect, ordinary, avoid }) => ({
      effect,
      ordinary,
      avoid,
    }));

  it.each([
    ["import yaml\nyaml.load(text, yaml.Loader)", "deserialises", "Use yaml.safe_load"],
    ["eval(input())", "dynamic", /ast\.literal_eval/],
    ["import pandas as pd\npd.read_pickle('data/x')", "deserialises", /read_csv/],
    ["import numpy as np\nnp.load('data/x.npy', allow_pickle=True)", "deserialises", /allow_pickle False/],
    ["open('/etc/hosts')", "reads-files", /data folder/],
    ["open(input())", "reads-files", /constant/],
    ["import os\nos.remove('a')", "deletes-files", /working folder ends/],
    ["import requests\nrequests.get('https://example.org')", "network", /data folder/],
    ["import epics\nepics.caput(name, 1)", "control-write", /constants/],
    ["import epics\nepics.caput('SR:X', 1)", "control-write", undefined],
    ["import unheard_of", "unknown-import", /analysis\.modules/],
  ])("%s: what would avoid %s", (code, effect, wanted) => {
    const found = advice(code).find((finding) => finding.effect === effect);
    if (wanted === undefined) expect(found?.avoid).toBeUndefined();
    else expect(found?.avoid).toMatch(wanted);
  });

  it("are judged each by itself, and the ordinary ones need no advice", () => {
    const found = advice("import pandas as pd\npd.read_csv('data/a.csv')\npd.read_csv('/etc/passwd')\n");
    expect(found).toEqual([
      { effect: "reads-files", ordinary: true, avoid: undefined },
      { effect: "reads-files", ordinary: false, avoid: expect.stringContaining("data folder") as string },
    ]);
  });
});

describe("a guess from a name", () => {
  const known: RawEffect = { ...whole("control-write", "SR:X"), value: "2" };
  const guess: RawEffect = { ...known, guess: true };

  it("asks, is said to be one, and refuses nothing in a mode without writes", () => {
    const guessed = assess(analysis(guess), readOnly);
    expect(guessed.refusal).toBeUndefined();
    expect(guessed.effects).toMatchObject([
      { ordinary: false, certainty: "likely", summary: "may set SR:X to 2" },
    ]);
    expect(guessed.summary).toBe("may set 1 channel: SR:X = 2, no network");
    expect(assess(analysis(known), readOnly).refusal).toContain("sets SR:X to 2");
  });

  it("is told beside what is known", () => {
    const both = assess(analysis(guess, { ...whole("control-write", "SR:Y"), value: "3" }), readOnly);
    expect(both.summary).toBe("sets 1 channel: SR:Y = 3, may set 1 channel: SR:X = 2, no network");
    const files = assess(analysis({ ...whole("writes-files", "a.csv"), guess: true }), readOnly);
    expect(files.summary).toBe("may write a.csv, no network");
  });
});

describe("a long target", () => {
  const long = (middle: string) => `out/${"a".repeat(300)}${middle}${"b".repeat(300)}.csv`;
  const effectOf = (target: string) => assess(analysis(whole("writes-files", target)), readOnly).effects[0];

  it("is kept whole for whoever compares, and shown shortened", () => {
    const [one, other] = [effectOf(long("x")), effectOf(long("y"))];
    expect(one?.target).not.toBe(other?.target);
    expect(one?.summary).toBe(other?.summary);
    expect(one?.summary.length).toBeLessThan(300);
    const [huge, another] = [effectOf(long("x".repeat(9_999))), effectOf(long("y".repeat(9_999)))];
    expect(huge?.target).not.toBe(another?.target);
    expect(huge?.target?.length).toBeLessThan(400);
  });

  it("of which part is not known is said to be unknown, for whoever compares", () => {
    const unknown = (certainty: RawEffect["certainty"]) =>
      assess(analysis({ ...whole("writes-files", "out/*.csv"), certainty }), readOnly).effects[0]
        ?.unknownTarget;
    expect([unknown("part"), unknown("nothing"), unknown("pattern"), unknown("whole")]).toEqual([
      ...[true, true],
      ...[undefined, undefined],
    ]);
  });
});

describe("paths", () => {
  it.each(["data/a.csv", "a.csv", "./out/x.png", "/tmp/x", "x..y.txt"])(
    "reading and writing %s is ordinary",
    (path) => {
      expect(isOrdinary(whole("reads-files", path))).toBe(true);
      expect(isOrdinary(whole("writes-files", path))).toBe(true);
    },
  );

  it.each([
    "/etc/passwd",
    "../x",
    "data/../../x",
    "~/.ssh/id_rsa",
    ".env",
    "a/.git/config",
    "/tmp/../etc/x",
    "C:\\x",
    "..\\x",
  ])("reading and writing %s is not", (path) => {
    expect(isOrdinary(whole("reads-files", path))).toBe(false);
    expect(isOrdinary(whole("writes-files", path))).toBe(false);
  });

  it.each(["a\nb", "data/\u0007.csv", "/tmp/\u009b"])(
    "a control character in %j is never ordinary",
    (path) => {
      expect(isOrdinary(whole("reads-files", path))).toBe(false);
      expect(isOrdinary({ kind: "writes-files", target: path, certainty: "pattern" })).toBe(false);
    },
  );

  it("a data folder may lie elsewhere; there, only reading is ordinary", () => {
    const context = { ...readOnly, dataFolders: ["/srv/data"] };
    const [reads, writes] = assess(
      analysis(whole("reads-files", "/srv/data/a.csv"), whole("writes-files", "/srv/data/a.csv")),
      context,
    ).effects;
    expect([reads?.ordinary, writes?.ordinary]).toEqual([true, false]);
    expect(assess(analysis(whole("reads-files", "/srv/data/../x")), context).effects[0]?.ordinary).toBe(
      false,
    );
  });

  it("what is not known is not ordinary", () => {
    expect(isOrdinary({ kind: "reads-files", certainty: "nothing" })).toBe(false);
    expect(isOrdinary({ kind: "writes-files", target: "out/*", certainty: "part" })).toBe(false);
    expect(isOrdinary({ kind: "writes-files", target: "out/*.png", certainty: "pattern" })).toBe(true);
  });

  it("deleting always asks", () => {
    expect(isOrdinary(whole("deletes-files", "a.csv"))).toBe(false);
  });
});

describe("variables of the environment", () => {
  it.each(["OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MPLBACKEND"])("%s is ordinary", (target) => {
    expect(isOrdinary({ kind: "environment", target, certainty: "whole" })).toBe(true);
  });

  it.each(["LD_PRELOAD", "EPICS_CA_ADDR_LIST", "PATH", "X_OMP_NUM_THREADS", undefined])(
    "%s is not",
    (target) => {
      const named = target === undefined ? {} : { target };
      expect(isOrdinary({ kind: "environment", certainty: "whole", ...named })).toBe(false);
    },
  );
});

describe("control systems", () => {
  const write: RawEffect = {
    kind: "control-write",
    target: "SR:MAG:CURRENT",
    value: "2.5",
    certainty: "whole",
  };

  it("reading is ordinary, writing is not", () => {
    expect(isOrdinary(whole("control-read", "SR:X"))).toBe(true);
    expect(isOrdinary(write)).toBe(false);
  });

  it("writing is refused in a mode that does not allow it, and the mode that does is named", () => {
    const { refusal } = assess(analysis(write), readOnly);
    expect(refusal).toBe(
      "It sets SR:MAG:CURRENT to 2.5, and mode read_only does not allow control writes. Mode write_access does.",
    );
    expect(
      assess(analysis(write), { ...readOnly, mode: { name: "write_access", allowsWrites: true } }).refusal,
    ).toBeUndefined();
    expect(assess(analysis(write), { dataFolders: [], isolation }).refusal).toBeUndefined();
  });

  it("the summary states channel and value", () => {
    expect(assess(analysis(write), readOnly).summary).toBe(
      "sets 1 channel: SR:MAG:CURRENT = 2.5, no network",
    );
  });
});

it("names on one line what it is about, whatever the code calls it", () => {
  const address = "https://a.b/\n\nWhere: In a container without network\u202e";
  const { effects, summary } = assess(analysis(whole("network", address)), readOnly);
  expect(summary).toBe("reaches https://a.b/\\n\\nWhere: In a container without network\\u202e");
  expect(effects[0]?.target).toBe("https://a.b/\\n\\nWhere: In a container without network\\u202e");
  expect(assess(analysis(whole("network", "x".repeat(9_000))), readOnly).summary.length).toBeLessThan(250);
});

describe("the summary", () => {
  it("is in plain words", () => {
    const effects = [whole("reads-files", "data/co2.csv"), whole("writes-files", "figure.png")];
    expect(assess(analysis(...effects), readOnly).summary).toBe(
      "reads data/co2.csv, writes figure.png, no network",
    );
    expect(assess(analysis(), readOnly).summary).toBe("only computes, no network");
    expect(assess(analysis(whole("network", "https://example.com")), readOnly).summary).toBe(
      "reaches https://example.com",
    );
    const reaching = { ...readOnly, isolation: { ...isolation, networks: ["plant"] } };
    expect(assess(analysis(), reaching).summary).toBe("only computes, no network but its mode's");
  });

  it("counts what would be too long", () => {
    const reads = ["a", "b", "c", "d"].map((name) => whole("reads-files", `data/${name}.csv`));
    expect(assess(analysis(...reads), readOnly).summary).toBe("reads 4 files, no network");
  });

  it("says the same thing once", () => {
    expect(assess(analysis(whole("network", "x"), whole("network", "x")), readOnly).effects).toHaveLength(1);
  });
});

it("code that does not parse is refused with the error and its line", () => {
  const broken = {
    ...analysis(),
    parses: false,
    syntaxErrors: [{ line: 3, column: 1, message: "invalid syntax" }],
  };
  expect(assess(broken, readOnly)).toMatchObject({
    refusal: "This is no Python that can run: invalid syntax in line 3.",
    summary: "cannot be parsed",
  });
});
