import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CountersignError } from "../../errors.ts";
import { identify, killTree, type RootProcess } from "./process-tree.ts";

/** What of this process's environment code may see: nothing that could be a secret. */
const PASSED_ON = ["LANG", "LC_ALL", "LC_CTYPE", "TZ", "PATH"];
const MARKER = "COUNTERSIGN_SANDBOX";

interface GatewayFiles {
  readonly python: string;
  readonly config: string;
  /** The kernel's working folder. */
  readonly workingFolder: string;
  /** Home and temporary folder of everything that runs. */
  readonly home: string;
}

/** A kernel gateway as a process of this machine, with everything it starts. */
export class LocalGateway {
  readonly port: number;
  readonly token: string;
  private readonly root: RootProcess;
  private readonly marker: string;
  private killing: Promise<void> | undefined;

  private constructor(port: number, token: string, root: RootProcess, marker: string) {
    this.port = port;
    this.token = token;
    this.root = root;
    this.marker = marker;
  }

  /** Resolves when it listens. @throws `engine-failed` with the last line that it wrote */
  static async start(files: GatewayFiles, signal: AbortSignal): Promise<LocalGateway> {
    const token = randomBytes(32).toString("hex");
    const id = randomBytes(16).toString("hex");
    const child = spawn(files.python, ["-m", "kernel_gateway", `--config=${files.config}`], {
      cwd: files.workingFolder,
      env: environment(files, token, id),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const processId = child.pid;
    if (processId === undefined) {
      await once(child, "error").catch(() => undefined);
      throw notStarted("the interpreter could not be started");
    }
    const identified = identify(processId);
    try {
      const port = await listeningPort(child, signal);
      return new LocalGateway(port, token, await identified, `${MARKER}=${id}`);
    } catch (error) {
      await killTree(await identified, `${MARKER}=${id}`);
      throw error;
    }
  }

  get processId(): number {
    return this.root.id;
  }

  /** Once; where something was left, another call tries again. @throws `engine-failed` where something is left */
  kill(): Promise<void> {
    this.killing ??= killTree(this.root, this.marker).catch((error: unknown) => {
      this.killing = undefined;
      throw error;
    });
    return this.killing;
  }
}

function environment(files: GatewayFiles, token: string, id: string): NodeJS.ProcessEnv {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    HOME: files.home,
    TMPDIR: files.home,
    IPYTHONDIR: `${files.home}/ipython`,
    JUPYTER_RUNTIME_DIR: `${files.home}/runtime`,
    JUPYTER_NO_CONFIG: "1",
    MPLCONFIGDIR: `${files.home}/matplotlib`,
    PYTHONSAFEPATH: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
    KG_AUTH_TOKEN: token,
    COUNTERSIGN_PORT: "0",
    [MARKER]: id,
  };
}

async function listeningPort(child: ChildProcess, signal: AbortSignal): Promise<number> {
  let lastLine = "it wrote nothing";
  child.stderr?.on(
    "data",
    (text: Buffer) => (lastLine = text.toString().trim().split("\n").at(-1) ?? lastLine),
  );
  if (!child.stdout) throw notStarted(lastLine);
  const lines = createInterface({ input: child.stdout });
  const stop = (): void => lines.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const line of lines) {
      const port = /^COUNTERSIGN listening (\d+)$/.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // A pipe that nobody reads would stop the gateway when it is full.
    child.stdout.resume();
  }
  throw notStarted(lastLine);
}

function notStarted(lastLine: string): CountersignError {
  return new CountersignError("engine-failed", {
    message: `The local kernel gateway did not start: ${lastLine}`,
    kept: "Nothing ran.",
    next: "Run the analysis again; if it happens again, delete the Python environment so that it is made anew.",
  });
}
