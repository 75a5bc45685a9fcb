import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { thirdPartyNotices } from "../../machine/third-party-notices.ts";

type Files = Readonly<Record<string, string>>;

/** A root with these packages, each by its folder below `node_modules`. */
function rootWith(packages: Readonly<Record<string, Files>>): string {
  const root = mkdtempSync(join(tmpdir(), "countersign-notices-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [folder, files] of Object.entries(packages)) {
    const path = join(root, "node_modules", folder);
    mkdirSync(path, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  }
  return root;
}

function manifest(name: string, license?: unknown): Files {
  return { "package.json": JSON.stringify({ name, version: "1.2.3", license }) };
}

it("holds each bundled package once, with its licence and its notice, and none that is not bundled", () => {
  const root = rootWith({
    plain: { ...manifest("plain", "MIT"), LICENSE: "Copyright Plain" },
    "@scope/inner": { ...manifest("@scope/inner", "Apache-2.0"), "license.md": "Apache", NOTICE: "By Inner" },
    "plain/node_modules/@scope/inner": { ...manifest("@scope/inner", "Apache-2.0"), LICENSE: "Apache" },
    unused: { ...manifest("unused", "MIT"), LICENSE: "Copyright Unused" },
  });
  const files = [
    "src/extension.ts",
    "node_modules/plain/lib/index.js",
    "node_modules/plain/lib/other.js",
    "node_modules/plain/node_modules/@scope/inner/index.js",
    "node_modules/@scope/inner/index.js",
  ];
  const [heading, ...sections] = thirdPartyNotices(root, files).split(/\n\n=+\n/);
  expect(heading).toMatch(/^Countersign contains code of these packages/);
  expect(sections).toEqual([
    "@scope/inner 1.2.3 (Apache-2.0)\n\nApache\n\nBy Inner",
    "plain 1.2.3 (MIT)\n\nCopyright Plain\n",
  ]);
});

it("takes a licence that it may choose, and the text that is kept for who brings none", () => {
  const root = rootWith({
    either: { ...manifest("either", "(GPL-3.0-only OR MIT)"), LICENSE: "Either" },
    "split-ca": manifest("split-ca", "ISC"),
  });
  const text = thirdPartyNotices(root, ["node_modules/either/a.js", "node_modules/split-ca/index.js"]);
  expect(text).toContain("either 1.2.3 ((GPL-3.0-only OR MIT))\n\nEither");
  expect(text).toContain("split-ca 1.2.3 (ISC)\n\nCopyright (c) Charles Bushong");
});

it.each([
  ["no licence", manifest("odd"), /names no licence/],
  ["no text", manifest("odd", "MIT"), /does not contain its licence/],
  ["a licence that does not fit", { ...manifest("odd", "GPL-3.0-only"), LICENSE: "x" }, /GPL-3.0-only/],
  [
    "one that does not fit beside one that does",
    { ...manifest("odd", "MIT AND GPL-3.0-only"), LICENSE: "x" },
    /MIT AND/,
  ],
  [
    "a file in place of an identifier",
    { ...manifest("odd", "SEE LICENSE IN x"), LICENSE: "x" },
    /SEE LICENSE/,
  ],
  ["another licence than its text was kept for", manifest("split-ca", "MIT"), /does not contain its licence/],
])("is not made with a package that has %s", (_, files, said) => {
  const root = rootWith({ odd: files });
  expect(() => thirdPartyNotices(root, ["node_modules/odd/index.js"])).toThrow(said);
});
