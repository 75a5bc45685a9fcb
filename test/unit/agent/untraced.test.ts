import { build } from "esbuild";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutTracing, withoutUnused } from "../../machine/bundle-plugins.ts";
import { temporaryFolder } from "./support.ts";

const root = join(import.meta.dirname, "../../..");
const SOURCE = join(import.meta.dirname, "question-in-a-process.ts");
const PREFIXES = ["LANGCHAIN", "LANGSMITH"];

describe(
  "with every variable set that makes LangChain's programs send what they do",
  { timeout: 120_000 },
  () => {
    const heard: string[] = [];
    let server: Server;
    let folder: ReturnType<typeof temporaryFolder>;

    beforeAll(async () => {
      folder = temporaryFolder();
      server = createServer((request, response) => {
        heard.push(request.url ?? "");
        request.resume().on("end", () => response.end("{}"));
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    });

    afterAll(() => {
      server.close();
      folder.remove();
    });

    function address(): string {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    /** What it prints. */
    async function run(program: string, ...words: string[]): Promise<string> {
      const replicas = JSON.stringify({ [address()]: "key" });
      // The client itself refuses an endpoint beside replicas; where there is no client, both may stand.
      const more = program === SOURCE ? {} : { LANGSMITH_RUNS_ENDPOINTS: replicas };
      const env = { ...process.env, ...tracing(address()), ...more };
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], { env });
      return stdout;
    }

    async function bundled(): Promise<string> {
      const outfile = join(folder.path, "question.mjs");
      const banner =
        'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
      const plugins = [withoutUnused, withoutTracing];
      const { metafile } = await build({
        ...{ absWorkingDir: root, entryPoints: [SOURCE], outfile, plugins, metafile: true },
        ...{ bundle: true, platform: "node", format: "esm", target: "node22", banner: { js: banner } },
      });
      expect(
        Object.keys(metafile.inputs).filter((input) => input.includes("node_modules/langsmith/")),
      ).toEqual([]);
      return outfile;
    }

    it("a question answered from the sources sends nothing; a chain of LangChain's own is heard", async () => {
      const said = await run(SOURCE);
      expect(heard).toEqual([]);
      expect(said).not.toBe("");

      await run(SOURCE, "chain");
      expect(heard).not.toEqual([]);
      heard.length = 0;
    });

    it("the bundle sends nothing, and would not either where one of its parts asked for tracing", async () => {
      const program = await bundled();
      const said = await run(program);
      expect(said).not.toBe("");
      await run(program, "chain");
      expect(heard).toEqual([]);

      await fetch(`${address()}/heard`);
      expect(heard).toEqual(["/heard"]);
      heard.length = 0;
    });
  },
);

function tracing(address: string): Record<string, string> {
  const words = {
    ...{ TRACING: "true", TRACING_V2: "true", CALLBACKS_BACKGROUND: "false" },
    ...{ ENDPOINT: address, API_KEY: "key", PROJECT: "project", SESSION: "session" },
    OTEL_ENABLED: "true",
  };
  const pairs = PREFIXES.flatMap((prefix) =>
    Object.entries(words).map(([word, value]) => [`${prefix}_${word}`, value]),
  );
  return { ...(Object.fromEntries(pairs) as Record<string, string>), OTEL_EXPORTER_OTLP_ENDPOINT: address };
}
