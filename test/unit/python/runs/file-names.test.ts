import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeptNames, nameProblem, printable } from "../../../../src/python/runs/file-names.ts";

function kept(name: string): string {
  return new KeptNames().of(name);
}

describe("the names of data", () => {
  it.each([
    ...["a.csv", "Übersicht 2.csv", "データ/図.png", "a/b.parquet", "run-7/scan_0042.h5", "notes.txt"],
    ...[
      "table.csv.gz",
      "scan.001",
      "2026.11.30/x.dat",
      "store.zarr/c/0/0",
      "results_final.json",
      "plot.html",
    ],
  ])("stay: %s", (name) => {
    expect([nameProblem(name), kept(name)]).toEqual([undefined, name]);
  });
});

describe("what a tool obeys by its name", () => {
  it.each([
    ...[".git/config", ".GIT/HEAD", "GIT~1/config", "gi7eba~1/hooks/pre-commit", ".g\u200cit/config"],
    ...[
      "HEAD",
      "config",
      "objects/pack/x.txt",
      "Hooks/update",
      "refs/heads/main",
      ".hg/hgrc",
      ".svn/entries",
    ],
    ...[
      ".vscode/settings.json",
      ".idea/workspace.xml",
      ".devcontainer/devcontainer.json",
      "a.code-workspace",
    ],
    ...[
      "settings.json",
      "tasks.json",
      "launch.json",
      "mcp.json",
      "package.json",
      "Package.JSON",
      "package-lock.json",
    ],
    ...[
      "node_modules/x/index.js",
      "tsconfig.json",
      "tsconfig.build.json",
      "jsconfig.json",
      "eslint.config.mjs",
    ],
    ...[".eslintrc.json", ".prettierrc", "pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "conftest.py"],
    ...["pytest.ini", "sitecustomize.py", "usercustomize.py", "x.pth", "numpy.py", "Makefile", "GNUmakefile"],
    ...[
      "CMakeLists.txt",
      "CMakePresets.json",
      "Justfile",
      "Dockerfile",
      "docker-compose.yml",
      "compose.yaml",
    ],
    ...[".envrc", ".env", "Vagrantfile", ".npmrc", ".editorconfig", "Cargo.toml", "go.mod", "build.gradle"],
    ...["Gemfile", "x.desktop", "autorun.inf", "desktop.ini", "Thumbs.db", "countersign.yml", "AGENTS.md"],
    ...[
      "CLAUDE.md",
      "x.prompt.md",
      ".ipynb_checkpoints/x.ipynb",
      "x.ipynb",
      "run.sh",
      "x.ps1",
      "x.bat",
      "x.lnk",
    ],
    ...["requirements.txt", "requirements-dev.txt", "pom.xml", "tool.exe", "lib.so", "ＣＭakeLists.txt"],
    ...["pac\u212Aage.json", "kernel.json", "deno.json", "biome.json", "composer.json"],
  ])("is kept under another name: %s", (name) => {
    const parts = kept(name).split("/");
    expect(parts.join("/")).not.toBe(name);
    expect(parts.some((part) => part.startsWith("."))).toBe(false);
    expect(parts.some((part) => part.endsWith(".collected"))).toBe(true);
  });
});

describe("what some system cannot name", () => {
  it.each([
    ["SR:C01-BPM:X.csv", "SR_C01-BPM_X.csv"],
    ["what?.txt", "what_.txt"],
    ["a*b.csv", "a_b.csv"],
    ["ends.csv.", "ends.csv_.collected"],
    ["ends.csv ", "ends.csv_.collected"],
    ["a\\b.csv", "a_b.csv"],
    ["nul.txt", "_nul.txt"],
    ["COM1.csv", "_COM1.csv"],
    ["com¹.csv", "_com¹.csv"],
    ["new\nline.csv", "new_line.csv"],
    ["rtl\u202evsc.txt", "rtl_vsc.txt"],
    ["dir./x.csv", "dir_/x.csv"],
  ])("is kept under a safe name: %j", (name, safe) => {
    expect(kept(name)).toBe(safe);
  });

  it("is cut where it is too long, and keeps its ending", () => {
    const [one, other] = ["a", "b"].map((last) => kept(`${"n".repeat(250)}${last}.csv`));
    expect(one).toMatch(/^n{150}-[0-9a-f]{8}\.csv$/);
    expect(one).not.toBe(other);
    expect(kept(`${"d/".repeat(20)}x.csv`)).toMatch(/^deep-[0-9a-f]{8}\/x\.csv$/);
  });
});

describe("two names", () => {
  it.each([
    ["a:b.csv", "a_b.csv"],
    ["A.csv", "a.csv"],
    ["Straße.csv", "STRASSE.csv"],
    ["e\u0301.csv", "\u00e9.csv"],
    ["Dir/x.csv", "dir/x.csv"],
    ["HEAD", "HEAD.collected"],
    [".zarray", "_zarray"],
  ])("never become one: %j and %j", (one, other) => {
    const names = new KeptNames();
    const both = [names.of(one), names.of(other)].map((name) => name.normalize("NFKC").toUpperCase());
    expect(both[0]).not.toBe(both[1]);
    expect(names.of(one)).toBe(names.of(one));
  });

  it("never do, and are safe everywhere, whatever they are", () => {
    const character = fc.constantFrom(
      ...[
        "a",
        "A",
        ".",
        ":",
        "?",
        "~",
        "1",
        " ",
        "_",
        "-",
        "/",
        "\\",
        "é",
        "\u0301",
        "\u202e",
        "\u200c",
        "ß",
        "ſ",
      ],
      ...[".csv", ".git", "con"],
    );
    const name = fc.array(character, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(""));
    const names = fc.uniqueArray(
      name.filter((one) => nameProblem(one) === undefined),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(names, (all) => {
        const keeping = new KeptNames();
        const found = all.map((one) => keeping.of(one));
        expect(new Set(found.map((one) => one.normalize("NFKC").toUpperCase())).size).toBe(all.length);
        for (const part of found.flatMap((one) => one.split("/"))) {
          expect(part).toMatch(/^[^.\s\\:*?"<>|\p{Cc}\p{Cf}](.*[^.\s])?$/u);
          expect(part).not.toMatch(/[:?\\\p{Cf}]|~\d|^con(\.|$)/iu);
        }
      }),
    );
  });

  it("are told without what acts on the text around them", () => {
    expect(printable("rtl\u202ex\n.csv")).toBe("rtl\uFFFDx\uFFFD.csv");
  });
});
