import { isAbsolute, posix, relative, sep } from "node:path";
import { sha256 } from "../approval/actions.ts";
import { CountersignError } from "../errors.ts";
import type { WorkspaceFiles } from "./bound/workspace-files.ts";
import type { HandedFile, StagedInput } from "./python-run.ts";

/** Of what earlier runs left, in all. */
const HANDED_BYTES = 256 * 1024 * 1024;
/** A store such as Zarr's is a folder of many small files. */
const HANDED_FILES = 2_000;
/** More than this is not copied into a working folder. */
const MOST_INPUTS = 200;

/**
 * Binds the files of the workspace that code names and that no data folder holds. What does not exist, is no regular file or
 * leads out of the workspace is left out: the code meets a missing file, as it would anywhere else.
 */
export async function findInputs(
  files: WorkspaceFiles,
  named: readonly string[],
  dataFolders: readonly string[],
): Promise<readonly StagedInput[]> {
  const paths = new Set(named.map((path) => inWorkspace(path)).filter((path) => path !== undefined));
  const inputs: StagedInput[] = [];
  for (const path of [...paths].sort()) {
    if (dataFolders.some((folder) => path.startsWith(`${posix.normalize(folder).replace(/\/$/, "")}/`)))
      continue;
    const input = await files.bind(path);
    if (input && inputs.length < MOST_INPUTS) inputs.push(input);
  }
  return inputs;
}

/**
 * Binds what earlier runs left, each under its own name; of several of one name the last one counts. More than may be copied
 * is left out, the largest first, and a folder whole: part of a store reads as other data.
 */
export async function bindHanded(
  files: WorkspaceFiles,
  handed: readonly HandedFile[],
): Promise<readonly StagedInput[]> {
  const workspace = await files.root();
  const byName = new Map(handed.map((file) => [file.name, file.path]));
  const bound: StagedInput[] = [];
  for (const [name, path] of byName) {
    const source = inWorkspace(relative(workspace, path).split(sep).join("/"));
    const input = source === undefined ? undefined : await files.bind(source);
    if (input !== undefined && source !== undefined) bound.push({ ...input, path: name, source });
  }
  return fitting(wholes(bound)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Whole {
  readonly files: readonly StagedInput[];
  readonly bytes: number;
}

/** Files that mean something together only: those of one folder, or one by itself. Smallest first. */
function wholes(inputs: readonly StagedInput[]): readonly Whole[] {
  const groups = Map.groupBy(inputs, ({ path }) => path.split("/", 1).join());
  return [...groups.values()]
    .map((files) => ({ files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }))
    .sort((a, b) => a.bytes - b.bytes);
}

function fitting(all: readonly Whole[]): StagedInput[] {
  let [bytes, count] = [HANDED_BYTES, HANDED_FILES];
  return all.flatMap((whole) => {
    if (whole.bytes > bytes || whole.files.length > count) return [];
    bytes -= whole.bytes;
    count -= whole.files.length;
    return whole.files;
  });
}

/** The same files as they are now. */
export async function observeInputs(
  files: WorkspaceFiles,
  inputs: readonly StagedInput[],
): Promise<readonly StagedInput[]> {
  return Promise.all(
    inputs.map(
      async (input) =>
        rebound(input, await files.bind(input.source ?? input.path)) ?? {
          ...input,
          bytes: 0,
          digest: sha256(""),
          boundBy: "absence" as const,
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
export async function readInput(files: WorkspaceFiles, input: StagedInput): Promise<Buffer> {
  const content = await files.read(input.source ?? input.path, input);
  if (content !== undefined) return content;
  throw new CountersignError("input-refused", {
    message: `${input.path} is not the file any more that was approved.`,
    kept: "Nothing ran.",
    next: "Run the analysis again, so that the file as it is now is approved.",
  });
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
