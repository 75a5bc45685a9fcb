import { lstat, open, readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";

/** What an administrator wrote for everybody on this machine: the keys of `countersign.yml`, which nobody can loosen. */
export interface MachinePolicy {
  readonly file: string;
  /** Its content; undefined where there is none that counts. */
  readonly text: string | undefined;
  /** Why the file that is there does not count: then it says nothing, and people are told. */
  readonly ignored?: string;
}

const ROOT = 0;
const WRITABLE_BY_OTHERS = 0o022;
/** Others may write into such a folder, and cannot move or remove what is not theirs. */
const STICKY = 0o1000;

export function machinePolicyFile(platform: NodeJS.Platform): string {
  if (platform === "win32") return "C:\\ProgramData\\Countersign\\policy.yml";
  if (platform === "darwin") return "/Library/Application Support/Countersign/policy.yml";
  return "/etc/countersign/policy.yml";
}

/**
 * Never throws. A file that somebody else than an administrator could have written says nothing; one that is there and
 * cannot be read is a mistake in itself, so that everything is at its strictest.
 * @param administrator Who may own it, beside root; the numeric id.
 */
export async function readMachinePolicy(
  file: string,
  platform: NodeJS.Platform = process.platform,
  administrator = ROOT,
): Promise<MachinePolicy> {
  try {
    const found = await realpath(file);
    const ignored =
      platform === "win32" ? await whyWritable(found) : await whyNotTheirs(found, administrator);
    return ignored === undefined
      ? { file, text: await readFile(found, "utf8") }
      : { file, text: undefined, ignored };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return { file, text: isMissing ? undefined : `The file cannot be read (${code}).` };
  }
}

/** The file and every folder above it: who can replace a folder can replace what is in it. */
async function whyNotTheirs(file: string, administrator: number): Promise<string | undefined> {
  for (let path = file; ; path = dirname(path)) {
    const found = await lstat(path);
    if (found.uid !== ROOT && found.uid !== administrator)
      return `${path} does not belong to an administrator`;
    const isShared = (found.mode & WRITABLE_BY_OTHERS) !== 0;
    if (isShared && !(found.isDirectory() && (found.mode & STICKY) !== 0))
      return `others can write to ${path}`;
    if (path === dirname(path)) return undefined;
  }
}

async function whyWritable(file: string): Promise<string | undefined> {
  try {
    await (await open(file, "r+")).close();
    return `you can write to ${file}`;
  } catch {
    return undefined;
  }
}
