import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** A folder by what it is, whatever its name leads to later. */
export type FolderIdentity = string;

/**
 * Makes a folder, or takes the one that is there.
 * @returns false where the name is taken by something else: a link, wherever it leads, or a file
 */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await lstat(path)).isDirectory();
  }
}

/** As `makeFolder`, for each part of a way below `root`, of which none is followed that is a link. */
export async function makeFolders(root: string, parts: readonly string[]): Promise<boolean> {
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    if (!(await makeFolder(path))) return false;
  }
  return true;
}

/** @throws where it is no folder */
export async function folderIdentity(path: string): Promise<FolderIdentity> {
  const found = await lstat(path, { bigint: true });
  if (!found.isDirectory()) throw new Error(`${path} is not a folder any more.`);
  return `${found.dev}:${found.ino}`;
}

/** Whether the name still leads to the folder that it led to. */
export async function isStill(path: string, identity: FolderIdentity): Promise<boolean> {
  return folderIdentity(path).then(
    (now) => now === identity,
    () => false,
  );
}
