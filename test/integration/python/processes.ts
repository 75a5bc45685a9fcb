import { existsSync, readFileSync } from "node:fs";

/** A zombie is dead: only its parent has not asked yet how it ended. */
export function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
}
