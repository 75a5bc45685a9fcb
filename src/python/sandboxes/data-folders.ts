import type { BigIntStats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { CountersignError } from "../../errors.ts";
import type { BoundFolder } from "../python-run.ts";
import type { DataFolder } from "./sandbox.ts";

/**
 * Finds the folders that a sandbox may read. Configured folders that do not exist are left out.
 * @throws `input-refused` for one that is, or holds a link to something, outside the workspace, and for the workspace itself
 */
export async function findDataFolders(
  workspaceDir: string,
  names: readonly string[],
): Promise<readonly DataFolder[]> {
  const workspace = await realpath(workspaceDir);
  const found: DataFolder[] = [];
  for (const name of new Set(names.map(normalised))) {
    const folder = await findFolder(workspace, name);
    if (folder) found.push(folder);
  }
  return found.filter((folder) => !found.some((other) => folder.name.startsWith(`${other.name}/`)));
}

async function findFolder(workspace: string, name: string): Promise<DataFolder | undefined> {
  if (name === "." || name === ".." || name.startsWith("../") || name.startsWith("/")) {
    throw refused(name, "is not a folder below the workspace");
  }
  const path = join(workspace, name);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return undefined;
  if (!isBelow(workspace, real)) throw refused(name, "leads out of the workspace");
  const info = await stat(real, { bigint: true });
  if (!info.isDirectory()) throw refused(name, "is not a folder");
  await refuseWaysOut(workspace, real, name);
  return { name, realPath: real, identity: identityOf(info) };
}

/** Its name may lead to another folder by now, and its inode may have been given to another one. */
export function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

/**
 * In a sandbox a link out of the workspace would lead nowhere or to something else than here; a socket or a named pipe leads to a
 * program of this machine, and Linux lets it be used on a read-only mount too.
 */
async function refuseWaysOut(workspace: string, folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await refuseWaysOut(workspace, path, name);
    if (entry.isSocket() || entry.isFIFO()) throw holdsDoor(name, entry.name);
    if (!entry.isSymbolicLink()) continue;
    const target = await realpath(path).catch(() => undefined);
    if (target !== undefined && !isBelow(workspace, target)) {
      throw refused(name, `holds a link that leads out of the workspace (${entry.name})`);
    }
  }
}

/** That a sandbox gets exactly the folders that were approved. @throws `sandbox-differs` */
export function requireBound(found: readonly DataFolder[], bound: readonly BoundFolder[]): void {
  const approved = new Map(bound.map(({ name, identity }) => [name, identity]));
  const other = found.find(({ name, identity }) => approved.get(name) !== identity);
  if (other === undefined) return;
  throw new CountersignError("sandbox-differs", {
    message: `Changed since it was approved: the data folder ${other.name} was replaced by another one.`,
    kept: "Nothing ran.",
    next: "Ask anew, so that the folder that is there now is approved.",
  });
}

export function isBelow(parent: string, path: string): boolean {
  const way = relative(parent, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
}

function normalised(name: string): string {
  return posix.normalize(name.replaceAll("\\", "/")).replace(/\/$/, "");
}

const NAME_OTHERS =
  "Name only folders inside the workspace under framework.execution.data, and copy what links lead to.";

function refused(name: string, why: string, next = NAME_OTHERS): CountersignError {
  const message = `The data folder ${name} ${why}.`;
  return new CountersignError("input-refused", { message, kept: "Nothing ran.", next });
}

function holdsDoor(name: string, door: string): CountersignError {
  return refused(
    name,
    `holds a socket or a named pipe (${door}), through which code would reach a program of this machine`,
    "Move it out of the folder, or stop the program that it belongs to.",
  );
}
