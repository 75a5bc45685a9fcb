import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serverDir } from "../../host/server.ts";
import { cacheDir, must } from "../commands.ts";
import type { Part } from "../parts.ts";

/** code-server's package carries the whole of VS Code 1.139.1: workbench, server, extension host. */
const VERSION = "4.139.1";
const folder = join(cacheDir, "vscode-server");
const stamp = join(folder, "complete");

export function vscodeServer(): Part {
  return {
    name: "VS Code server",
    neededFor: "npm start, host and end-to-end tests",
    byHand: "make the npm registry reachable",
    ready: () => Promise.resolve(existsSync(stamp) && readFileSync(stamp, "utf8") === VERSION),
    async ensure(say) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const manifest = { private: true, dependencies: { "code-server": VERSION } };
      writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
      say(`installing code-server ${VERSION} from the npm registry`);
      // Its scripts would compile native parts; those are not needed.
      await must("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
      await must("npm", ["install", "--omit=dev", "--ignore-scripts"], { cwd: serverDir });
      writeFileSync(stamp, VERSION);
    },
  };
}
