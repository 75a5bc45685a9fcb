import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectDir = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** VS Code's server as `test/machine/parts/vscode-server.ts` installs it. */
export const serverDir = join(projectDir, ".cache/vscode-server/node_modules/code-server/lib/vscode");
const serverMain = join(serverDir, "out/server-main.js");

export interface ServerOptions {
  /** Everything the server keeps: user settings, state, logs. */
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** Settings of the user; left alone where there are any already and none are given. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked of the page as `?tkn=`. Without one every process of the machine gets a shell: for tests only. */
  readonly connectionToken?: string;
  readonly port?: number;
  /** Lets a page load an extension under development and its tests. Modals and toasts do not work then. */
  readonly smokeTestDriver?: boolean;
  /** False opens folders in Restricted Mode until trusted. */
  readonly trusted: boolean;
}

/** The real VS Code, workbench and extension host, served on 127.0.0.1. Its extension hosts inherit this process's environment. */
export class VsCodeServer implements AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly token: string | undefined;
  private readonly endWithUs: () => void;

  private constructor(child: ChildProcess, port: number, token: string | undefined) {
    this.child = child;
    this.port = port;
    this.pid = child.pid!;
    this.token = token;
    this.endWithUs = () => void child.kill();
    process.once("exit", this.endWithUs);
  }

  static async start(options: ServerOptions): Promise<VsCodeServer> {
    if (options.settings) writeSettings(options.dataDir, options.settings);
    const child = spawn(process.execPath, [serverMain, ...serverArguments(options)], {
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const port = await listeningPort(child);
    return new VsCodeServer(child, port, options.connectionToken);
  }

  /** Address of the workbench with a folder open; `parameters` are the page's own. */
  address(folder?: string, parameters: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      ...(this.token === undefined ? {} : { tkn: this.token }),
      ...(folder === undefined ? { ew: "true" } : { folder }),
      ...parameters,
    });
    return `http://127.0.0.1:${this.port}/?${query.toString()}`;
  }

  /** A path of this machine as the workbench addresses it. */
  remoteUri(path: string): string {
    return `vscode-remote://127.0.0.1:${this.port}${path}`;
  }

  /** Resolves when the server has ended, by itself or not. */
  async ended(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await once(this.child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.removeListener("exit", this.endWithUs);
    this.child.kill("SIGTERM");
    const impatient = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await this.ended();
    clearTimeout(impatient);
  }
}

/** Those of ours have machine scope and are read from a file of their own. */
export function writeSettings(dataDir: string, settings: Readonly<Record<string, unknown>>): void {
  const ours = Object.entries(settings).filter(([key]) => key.startsWith("countersign."));
  const others = Object.entries(settings).filter(([key]) => !key.startsWith("countersign."));
  for (const [folder, entries] of [["Machine", ours] as const, ["User", others] as const]) {
    mkdirSync(join(dataDir, "data", folder), { recursive: true });
    const file = join(dataDir, "data", folder, "settings.json");
    writeFileSync(file, JSON.stringify(Object.fromEntries(entries), null, 2));
  }
}

/** @throws with what the server said where it does not take the package. */
export function installExtension(vsix: string, extensionsDir: string): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...[serverMain, "--accept-server-license-terms", "--install-extension", vsix, "--force"],
      ...[`--extensions-dir=${extensionsDir}`, `--server-data-dir=${join(extensionsDir, ".data")}`],
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`VS Code does not install ${vsix}: ${stdout}${stderr}`);
}

function serverArguments(options: ServerOptions): string[] {
  const { connectionToken: token } = options;
  return [
    "--accept-server-license-terms",
    "--host=127.0.0.1",
    `--port=${options.port ?? 0}`,
    `--server-data-dir=${options.dataDir}`,
    `--extensions-dir=${options.extensionsDir}`,
    "--reconnection-grace-time=5",
    ...(token === undefined ? ["--without-connection-token"] : [`--connection-token=${token}`]),
    ...(options.smokeTestDriver ? ["--enable-smoke-test-driver"] : []),
    ...(options.trusted ? ["--disable-workspace-trust"] : []),
  ];
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`VS Code's server ended with ${code ?? "a signal"}:\n${said.slice(-2000)}`));
    });
  });
}
