import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** Where Linux says which machine it is (machine-id(5)); other platforms' files are told apart by their number alone. */
const MACHINE_ID = "/etc/machine-id";

/**
 * Names this very file on this very machine: a copy of it, here or elsewhere, has another name. A machine that was
 * cloned as a whole is the same place for it.
 * @throws the file system's error where there is no such file
 */
export function placeOf(path: string, machineId = MACHINE_ID): string {
  const { ino } = statSync(path, { bigint: true });
  return createHash("sha256")
    .update(`${machine(machineId)}\n${ino}`)
    .digest("hex");
}

function machine(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

/**
 * Which file lies at a path, for as long as it lies there.
 * @returns undefined where there is none
 */
export function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}
