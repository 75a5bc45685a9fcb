import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Configuration } from "../../../src/config/configuration.ts";
import { gatewayTokenName } from "../../../src/python/gateway-token.ts";
import { GatewayPlace } from "../../../src/python/places/gateway-place.ts";
import { cacheDir } from "../../machine/commands.ts";
import { localPython } from "../../machine/local-python.ts";
import { JupyterServer, TOKEN, type ServerKind, type ServerOptions } from "./jupyter-server.ts";
import { Laboratory, printed } from "./laboratory.ts";

const run = promisify(execFile);
const ENTERPRISE = ["jupyter_enterprise_gateway==3.3.0", "jupyter-server==1.24.0", "ipykernel==6.29.5"];
let lab: Laboratory;
let python: string;
let enterprise: string;

beforeAll(async () => {
  lab = await Laboratory.open();
  python = await localPython();
  enterprise = await enterpriseEnvironment();
}, 600_000);

afterAll(async () => {
  await lab.dispose();
});

/** The enterprise gateway wants an older server than ours, so an environment of its own. */
async function enterpriseEnvironment(): Promise<string> {
  const folder = join(cacheDir, "enterprise-gateway");
  const interpreter = join(folder, "bin", "python");
  if (existsSync(join(folder, "complete"))) return interpreter;
  await run("python3", ["-m", "venv", "--clear", folder]);
  await run(interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...ENTERPRISE]);
  await run("touch", [join(folder, "complete")]);
  return interpreter;
}

async function serve(kind: ServerKind, options: ServerOptions = {}): Promise<JupyterServer> {
  const interpreter = kind === "Enterprise Gateway" ? enterprise : python;
  const server = await JupyterServer.start(interpreter, kind, options);
  onTestFinished(() => server.dispose());
  return server;
}

function place(url: string, token: string | undefined = TOKEN, caFile: string | null = null): GatewayPlace {
  const { execution } = lab.configuration;
  const configuration: Configuration = {
    ...lab.configuration,
    execution: { ...execution, method: "gateway", gateway: { url, caFile } },
  };
  const get = (name: string) => Promise.resolve(name === gatewayTokenName(url) ? token : undefined);
  const secrets = { get, store: () => Promise.resolve(), delete: () => Promise.resolve() };
  return new GatewayPlace({ configuration: () => configuration, host: { secrets } });
}

const OPTIONS = { dataFolders: [], kernelName: "python3" };

describe.each(["Jupyter Server", "Kernel Gateway", "Enterprise Gateway"] as const)("%s", (kind) => {
  it("runs approved code in a kernel of its own, and keeps none", async () => {
    const server = await serve(kind);
    const code = `import sys
from IPython.display import display, HTML
print("on the server")
display(HTML("<b>bo" + "ld</b>"))
results = {"sum": sum(range(10)), "version": sys.version_info[0]}
`;
    const ended = await lab.run(place(server.url), code, OPTIONS);
    expect(ended.error).toBeUndefined();
    expect(ended.started).toBe(1);
    expect(printed(ended)).toBe("on the server\n");
    expect(JSON.parse(await readFile(ended.record!.results!, "utf8"))).toEqual({ sum: 45, version: 3 });
    const notebook = await readFile(ended.record!.notebook, "utf8");
    expect(notebook).toContain("on the server");
    expect(notebook).not.toContain("<b>bold</b>");
    if (kind === "Jupyter Server") expect(await server.kernels()).toEqual([]);
  });
});

describe("a Jupyter server", () => {
  it("tells of an error in the code with its traceback", async () => {
    const server = await serve("Jupyter Server");
    const ended = await lab.run(place(server.url), "print(1)\nraise ValueError('no')\n", OPTIONS);
    expect(ended.error).toMatchObject({
      code: "run-failed",
      message: "The code stopped with ValueError: no",
    });
    expect(ended.record!.error!.traceback).toContain("raise ValueError('no')");
  });

  it("ends well where the code ends itself, and tells what only its reply says", async () => {
    const server = await serve("Jupyter Server");
    const well = await lab.run(place(server.url), "import sys\nprint(1)\nsys.exit(0)\n", OPTIONS);
    expect(well.error).toBeUndefined();
    const { error } = await lab.run(place(server.url), "%%nosuchmagic\n1\n", OPTIONS);
    expect(error?.message).toBe("The code stopped with UsageError: Cell magic `%%nosuchmagic` not found.");
  });

  it("is interrupted at the time limit, and its kernel ended", async () => {
    const server = await serve("Jupyter Server");
    const code = "import time\nprint('begun', flush=True)\ntime.sleep(600)\n";
    const ended = await lab.run(place(server.url), code, { ...OPTIONS, limits: { seconds: 2 } });
    expect(ended.error).toMatchObject({ code: "time-limit" });
    expect(printed(ended)).toContain("begun");
    expect(await server.kernels()).toEqual([]);
  });

  it("that dies meanwhile ends the run, with what came before and a warning", async () => {
    const server = await serve("Jupyter Server");
    let killed: Promise<void> | undefined;
    const ended = await lab.run(place(server.url), "print('begun', flush=True)\nwhile True: pass\n", {
      ...OPTIONS,
      onOutput: ({ type }) => {
        if (type === "stream") killed ??= server.kill();
      },
    });
    await killed;
    expect(ended.error).toMatchObject({ code: "gateway-unreachable" });
    expect(ended.error!.kept).toContain("Whether the code went on there is not known");
    expect(printed(ended)).toContain("begun");
  });

  it("is given no file of the workspace", async () => {
    const server = await serve("Jupyter Server");
    await lab.write("limits.json", "{}");
    const ended = await lab.run(place(server.url), "open('limits.json')", {
      ...OPTIONS,
      inputs: ["limits.json"],
    });
    expect(ended.error).toMatchObject({ code: "input-refused" });
    expect(ended.started).toBe(0);
    expect(await server.kernels()).toEqual([]);
  });

  it("over TLS is trusted by the certificate that the person names, and by no other", async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-tls-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    await run("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert],
      ...subject,
    ]);
    const server = await serve("Jupyter Server", { certificate: { cert, key } });
    const refused = await lab.run(place(server.url), "print(1)", OPTIONS);
    expect(refused.error).toMatchObject({ code: "gateway-unreachable" });
    expect(refused.started).toBe(0);
    const ended = await lab.run(place(server.url, TOKEN, cert), "print('safe')", OPTIONS);
    expect(printed(ended)).toBe("safe\n");
  });

  it.each([
    ["the wrong token", "gateway-refused", "refuses the token"],
    ["no token", "gateway-refused", "refuses the token"],
  ])("with %s says so, and nothing runs", async (which, code, message) => {
    const server = await serve("Jupyter Server");
    const token = which === "no token" ? undefined : "wrong";
    const ended = await lab.run(place(server.url, token ?? ""), "print(1)", OPTIONS);
    expect(ended.error).toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(ended.started).toBe(0);
  });

  it("without that kernel names it, and what to do", async () => {
    const server = await serve("Jupyter Server");
    const ended = await lab.run(place(server.url), "print(1)", { ...OPTIONS, kernelName: "julia" });
    expect(ended.error).toMatchObject({
      code: "gateway-refused",
      message: expect.stringContaining("does not start the kernel julia; it has python3") as string,
    });
  });

  it("that is not there is named", async () => {
    const ended = await lab.run(place("http://127.0.0.1:1"), "print(1)", OPTIONS);
    expect(ended.error).toMatchObject({ code: "gateway-unreachable" });
    expect(ended.started).toBe(0);
  });
});
