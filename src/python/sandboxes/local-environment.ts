import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sha256, type Sha256 } from "../../approval/actions.ts";
import { cancelled, CountersignError } from "../../errors.ts";
import { SharedWork } from "../abortable.ts";

const LAST_LINES = 12;
const PROBE_LIMIT_MS = 20_000;
const MAKING = "Making the Python environment";

interface Parts {
  /** Where environments are kept, below the state directory. */
  readonly folder: string;
  /** Requirements with hashes of every package. */
  readonly requirements: string;
  /** Interpreters to look for, in order, where none is chosen. */
  readonly interpreters: readonly string[];
  /** The interpreter that the person chose; null where they chose none. */
  readonly chosen?: () => string | null;
}

/** What a chosen interpreter says of itself. */
interface Probed {
  /** It has a kernel gateway, so that it can run code as it is. */
  readonly complete: boolean;
  /** `name==version`, sorted. */
  readonly packages: readonly string[];
}

const PROBE = `import importlib.metadata, importlib.util, json, sys
modules = ("kernel_gateway", "ipykernel")
print(json.dumps({
    "complete": sys.version_info >= (3, 11) and all(importlib.util.find_spec(name) for name in modules),
    "packages": sorted({f"{found.metadata['Name']}=={found.version}" for found in importlib.metadata.distributions()}),
}))`;

/**
 * The environment of the local method: the chosen interpreter's own where it has a kernel gateway, else a virtual environment
 * that is made by itself from requirements that are pinned by hash.
 */
export class LocalEnvironment {
  private readonly parts: Parts;
  private making: SharedWork<string> | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /**
   * Another content is another environment: the SHA-256 of the requirements, with the chosen interpreter where there is one,
   * or of that interpreter's own packages.
   */
  async recipe(): Promise<Sha256> {
    const requirements = await readFile(this.parts.requirements, "utf8");
    const chosen = this.chosen();
    if (chosen === null) return sha256(requirements);
    const { complete, packages } = await probe(chosen);
    return sha256(JSON.stringify([chosen, complete ? packages : requirements]));
  }

  /** `name version` of what its programs may import; null where that is what the requirements name. */
  async packages(): Promise<readonly string[] | null> {
    const chosen = this.chosen();
    if (chosen === null) return null;
    const { complete, packages } = await probe(chosen);
    return complete ? packages.map((pinned) => pinned.replace("==", " ")) : null;
  }

  /**
   * The environment's interpreter; made first where it is missing, once for all callers.
   * @throws `python-missing`, `build-failed` with the last lines, `cancelled`
   */
  async ensure(onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    const chosen = this.chosen();
    if (chosen !== null && (await probe(chosen)).complete) return chosen;
    const folder = join(this.parts.folder, (await this.recipe()).slice(0, 16));
    if (existsSync(folder)) return interpreterOf(folder);
    if (!this.making || this.making.stopped) {
      this.making = new SharedWork(MAKING, (hear, stop) => this.make(folder, hear, stop));
    }
    const { making } = this;
    try {
      return await making.join(onLine, signal);
    } finally {
      if (this.making === making) this.making = undefined;
    }
  }

  private chosen(): string | null {
    return this.parts.chosen?.() ?? null;
  }

  /** Made beside its place and renamed when it is whole, so that what is there is never half an environment. */
  private async make(folder: string, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    const draft = `${folder}-${process.pid}-${Date.now()}`;
    await mkdir(this.parts.folder, { recursive: true, mode: 0o700 });
    try {
      const python = await this.findPython(signal);
      onLine(`making a virtual environment with ${python}`);
      await step(python, ["-m", "venv", draft], onLine, signal);
      const install = [
        "--no-input",
        "--disable-pip-version-check",
        "install",
        "--require-hashes",
        "--no-deps",
        "--requirement",
      ];
      await step(interpreterOf(draft), ["-m", "pip", ...install, this.parts.requirements], onLine, signal);
      await rename(draft, folder).catch((error: unknown) => {
        // Another window was faster.
        if (!existsSync(folder)) throw error;
      });
      return interpreterOf(folder);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  private async findPython(signal: AbortSignal): Promise<string> {
    const check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    const chosen = this.chosen();
    for (const name of chosen === null ? this.parts.interpreters : [chosen]) {
      const ended = await follow(name, ["-c", check], () => undefined, signal);
      if (ended === 0) return name;
    }
    if (chosen !== null) throw chosenIsNone(chosen);
    throw new CountersignError("python-missing", {
      message: "No Python 3.11 or newer with its venv module was found on this machine.",
      kept: "The question and the code; nothing ran.",
      next: "Install Python 3.11 or newer (on Debian and Ubuntu also python3-venv), or start a container engine.",
    });
  }
}

/** Nothing where it is no interpreter: making an environment with it then says so. */
async function probe(python: string): Promise<Probed> {
  const lines: string[] = [];
  const limit = AbortSignal.timeout(PROBE_LIMIT_MS);
  const ended = await follow(python, ["-c", PROBE], (line) => lines.push(line), limit).catch(() => null);
  const text = ended === 0 ? lines.find((line) => line.startsWith("{")) : undefined;
  return text === undefined ? { complete: false, packages: [] } : (JSON.parse(text) as Probed);
}

function chosenIsNone(chosen: string): CountersignError {
  return new CountersignError("python-missing", {
    message: `The interpreter that is chosen for local runs, ${chosen}, is no Python 3.11 or newer with its venv module.`,
    kept: "The question and the code; nothing ran.",
    next: "Choose another in the setting countersign.execution.localInterpreter, or empty that setting.",
  });
}

function interpreterOf(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

async function step(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const last: string[] = [];
  const hear = (line: string): void => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    onLine(line);
  };
  if ((await follow(command, args, hear, signal)) === 0) return;
  throw new CountersignError("build-failed", {
    message: `The Python environment could not be made:\n${last.join("\n")}`,
    kept: "The question and the code; nothing ran.",
    next: "See the last lines above; behind a company proxy, configure pip (pip config), then run the analysis again.",
  });
}

/** The exit code, null where it could not be started or was ended. @throws `cancelled` */
async function follow(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<number | null> {
  if (signal.aborted) throw cancelled(MAKING);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL" });
  const failed = once(child, "error").then(() => null);
  for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on("line", onLine);
  const closed = once(child, "close").then(([code]) => code as number | null);
  const ended = await Promise.race([closed.catch(() => null), failed]);
  if (signal.aborted as boolean) throw cancelled(MAKING);
  return ended;
}
