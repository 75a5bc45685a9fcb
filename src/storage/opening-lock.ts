import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { explained } from "./sqlite-errors.ts";

/**
 * Runs `work` while no other process does the same for this folder. The lock is SQLite's own on an empty file,
 * because the operating system releases it when its owner dies.
 * @throws CountersignError `database-locked` where another holds it for longer than `timeout` milliseconds
 */
export function whileAlone<T>(folder: string, timeout = 5000, work: () => T): T {
  const path = join(folder, "opening.lock");
  const lock = takeLock(path, timeout);
  try {
    return work();
  } finally {
    lock.close();
  }
}

function takeLock(path: string, timeout: number): DatabaseSync {
  try {
    const lock = new DatabaseSync(path, { timeout });
    try {
      lock.exec("BEGIN EXCLUSIVE");
      return lock;
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    throw explained(error, path);
  }
}
