import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disposable } from "../../../src/host.ts";

export const TOKEN = "a-token-of-the-test";

/** How each kind of server is told its port and token. */
const SERVERS = {
  "Jupyter Server": (port: number, token: string) => [
    ...["-m", "jupyter_server", "--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1"],
    ...[`--ServerApp.port=${port}`, `--IdentityProvider.token=${token}`],
  ],
  "Kernel Gateway": (port: number, token: string) => [
    ...["-m", "kernel_gateway", "--KernelGatewayApp.ip=127.0.0.1"],
    ...[`--KernelGatewayApp.port=${port}`, `--KernelGatewayApp.auth_token=${token}`],
  ],
  "Enterprise Gateway": (port: number, token: string) => [
    ...["-m", "enterprise_gateway", "--EnterpriseGatewayApp.ip=127.0.0.1"],
    ...[`--EnterpriseGatewayApp.port=${port}`, `--EnterpriseGatewayApp.auth_token=${token}`],
  ],
} as const;
export type ServerKind = keyof typeof SERVERS;

export interface ServerOptions {
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Empty for none. */
  readonly token?: string;
}

/** A server of somebody else's: a process of its own, in a folder of its own, that knows nothing of Countersign. */
export class JupyterServer implements Disposable {
  readonly url: string;
  readonly folder: string;
  private readonly child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.folder = folder;
    this.child = child;
  }

  static async start(
    python: string,
    kind: ServerKind,
    { certificate, token = TOKEN }: ServerOptions = {},
  ): Promise<JupyterServer> {
    const folder = await mkdtemp(join(tmpdir(), "countersign-jupyter-"));
    const port = await freePort();
    const secure =
      certificate === undefined
        ? []
        : [`--ServerApp.certfile=${certificate.cert}`, `--ServerApp.keyfile=${certificate.key}`];
    const child = spawn(python, [...SERVERS[kind](port, token), ...secure], {
      cwd: folder,
      // Enterprise gateways start nothing for root unless told that they may.
      env: {
        EG_UNAUTHORIZED_USERS: "nobody",
        PATH: process.env.PATH,
        HOME: folder,
        JUPYTER_PLATFORM_DIRS: "1",
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said = child.stderr.setEncoding("utf8");
    let log = "";
    said.on("data", (text: string) => (log += text));
    while (!log.includes(`:${port}`)) {
      if (child.exitCode !== null) throw new Error(`${kind} ended: ${log}`);
      await Promise.race([once(said, "data"), once(child, "exit")]);
    }
    const scheme = certificate === undefined ? "http" : "https";
    const server = new JupyterServer(`${scheme}://127.0.0.1:${port}`, folder, child);
    if (certificate === undefined) await server.answers();
    return server;
  }

  /** Names of the kernels that run there. */
  async kernels(): Promise<readonly string[]> {
    const answer = await fetch(`${this.url}/api/kernels`, { headers: { authorization: `token ${TOKEN}` } });
    return ((await answer.json()) as { readonly id: string }[]).map(({ id }) => id);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }

  async dispose(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      // Asked to, it ends its kernels too.
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    for (;;) {
      const answer = await fetch(`${this.url}/api`).catch(() => undefined);
      if (answer !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
}
