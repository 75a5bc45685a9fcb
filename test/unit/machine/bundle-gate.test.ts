import { expect, it } from "vitest";
import { staticClosure } from "../../machine/bundle-gate.ts";

const imports = (path: string, kind: string) => ({ path, kind });

it("counts what loads before the first line runs, and nothing behind import()", () => {
  const outputs = {
    "dist/extension.js": {
      imports: [imports("dist/a.js", "import-statement"), imports("dist/agent.js", "dynamic-import")],
    },
    "dist/a.js": { imports: [imports("dist/b.js", "import-statement")] },
    "dist/b.js": {
      imports: [
        imports("dist/a.js", "import-statement"),
        { path: "vscode", kind: "import-statement", external: true },
      ],
    },
    "dist/agent.js": { imports: [] },
  };
  expect(staticClosure(outputs, "dist/extension.js")).toEqual([
    "dist/extension.js",
    "dist/a.js",
    "dist/b.js",
  ]);
});
