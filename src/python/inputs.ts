import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import { sha256, type Sha256 } from "../approval/actions.ts";
import { CountersignError } from "../errors.ts";
import type { HandedFile, StagedInput } from "./python-run.ts";
import { isBelow } from "./sandboxes/data-folders.ts";

/** Above this, reading a file to bind it takes longer than a person waits. */
const DIGESTED_BYTES = 64 * 1024 * 1024;
/** Of what earlier runs left, in all. */
const HANDED_BYTES = 256 * 1024 * 1024;
/** More than this is not copied into a working folder. */
const MOST_INPUTS = 200;

/**
 * Binds the files of the workspace that code names and that no data folder holds. What does not exist, is no regular file or
 * leads out of the workspace is left out: the code meets a missing file, as it would anywhere else.
 */
export async function findInputs(
  workspaceDir: string,
  named: readonly string[],
  dataFolders: readonly string[],
): Promise<readonly StagedInput[]> {
  const workspace = await realpath(workspaceDir);
  const paths = new Set(named.map((path) => inWorkspace(path)).filter((path) => path !== undefined));
  const inputs: StagedInput[] = [];
  for (const path of [...paths].sort()) {
    if (dataFolders.some((folder) => path.startsWith(`${posix.normalize(folder).replace(/\/$/, "")}/`)))
      continue;
    const input = await bind(workspace, path);
    if (input && inputs.length < MOST_INPUTS) inputs.push(input);
  }
  return inputs;
}

/**
 * Binds what earlier runs left, each under its own name; of several of one name the last one counts. More than may be copied
 * is left out, the largest first.
 */
export async function bindHanded(
  workspaceDir: string,
  handed: readonly HandedFile[],
): Promise<readonly StagedInput[]> {
  const workspace = await realpath(workspaceDir);
  const byName = new Map(handed.map((file) => [file.name, file.path]));
  const bound: StagedInput[] = [];
  for (const [name, path] of byName) {
    const source = inWorkspace(relative(workspace, path).split(sep).join("/"));
    const input = source === undefined ? undefined : await bind(workspace, source);
    if (input !== undefined && source !== undefined) bound.push({ ...input, path: name, source });
  }
  let room = HANDED_BYTES;
  const fitting = bound.sort((a, b) => a.bytes - b.bytes).filter(({ bytes }) => (room -= bytes) >= 0);
  return fitting.slice(0, MOST_INPUTS).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same files as they are now; one that is gone has the digest of nothing, so that it differs. */
export async function observeInputs(
  workspaceDir: string,
  inputs: readonly StagedInput[],
): Promise<readonly StagedInput[]> {
  const workspace = await realpath(workspaceDir);
  return Promise.all(
    inputs.map(
      async (input) =>
        rebound(input, await bind(workspace, input.source ?? input.path)) ?? {
          ...input,
          bytes: 0,
          digest: sha256(""),
        },
    ),
  );
}

/** Under the name that it was bound with. */
function rebound({ path, source }: StagedInput, found: StagedInput | undefined): StagedInput | undefined {
  if (found === undefined) return undefined;
  return { ...found, path, ...(source === undefined ? {} : { source }) };
}

/** The content of an input, read once and checked against what was approved. @throws `input-refused` where it differs */
export async function readInput(workspaceDir: string, input: StagedInput): Promise<Buffer> {
  const file = await openInput(await realpath(workspaceDir), input.source ?? input.path);
  try {
    const content = file && (await file.readFile());
    const digest = file && content && (await digestOf(file, input.boundBy, content));
    if (content && digest === input.digest) return content;
  } finally {
    await file?.close();
  }
  throw new CountersignError("input-refused", {
    message: `${input.path} is not the file any more that was approved.`,
    kept: "Nothing ran.",
    next: "Run the analysis again, so that the file as it is now is approved.",
  });
}

async function bind(workspace: string, path: string): Promise<StagedInput | undefined> {
  const file = await openInput(workspace, path);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const boundBy = size > DIGESTED_BYTES ? "size-and-time" : "content";
    return { path, bytes: size, digest: await digestOf(file, boundBy), boundBy };
  } finally {
    await file.close();
  }
}

/** Undefined for what is no regular file inside the workspace. */
async function openInput(workspace: string, path: string): Promise<FileHandle | undefined> {
  const real = await realpath(join(workspace, path)).catch(() => undefined);
  if (real === undefined || !isBelow(workspace, real)) return undefined;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(real, flags).catch(() => undefined);
  if (!file || (await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

async function digestOf(
  file: FileHandle,
  boundBy: StagedInput["boundBy"],
  content?: Buffer,
): Promise<Sha256> {
  if (boundBy === "size-and-time") {
    const { size, mtimeMs } = await file.stat();
    return sha256(`${size} ${mtimeMs}`);
  }
  if (content) return sha256(content);
  const hash = createHash("sha256");
  for await (const part of file.createReadStream({ autoClose: false, start: 0 })) hash.update(part as Buffer);
  return hash.digest("hex") as Sha256;
}

/** A path as code writes it, normalised; undefined for one that leaves the workspace or names a place on this machine. */
function inWorkspace(path: string): string | undefined {
  const way = posix.normalize(path);
  return way === "." || way === ".." || way.startsWith("../") || isAbsolute(way) ? undefined : way;
}

/** What earlier runs left stays under its name, whatever else of that name the code could mean. */
export function withNamed(
  handed: readonly StagedInput[],
  named: readonly StagedInput[],
): readonly StagedInput[] {
  const taken = new Set(handed.map(({ path }) => path));
  return [...handed, ...named.filter(({ path }) => !taken.has(path))];
}
