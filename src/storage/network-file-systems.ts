import { statfsSync } from "node:fs";
import { CountersignError } from "../errors.ts";

/** As in Linux' statfs(2). There locks are advice at best, and a write-ahead log needs memory that its readers share. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x5346414f, "AFS"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
]);

/**
 * Two machines that share a database over a network could both claim one approval.
 * @throws `database-unavailable` where the folder lies on a network file system
 */
export function refuseNetwork(folder: string, typeOf: (path: string) => number = typeOfFileSystem): void {
  const name = NETWORK_FILE_SYSTEMS.get(typeOf(folder));
  if (name === undefined) return;
  throw new CountersignError("database-unavailable", {
    message: `The folder for this workspace's records, ${folder}, lies on a network file system (${name}), where approvals cannot be kept from being used twice.`,
    kept: "Nothing was written.",
    next: "Set COUNTERSIGN_STATE_HOME to a folder on this machine's own disk, then reload the window.",
  });
}

/** Numbers mean something else on other systems, so that nothing is recognised there. */
function typeOfFileSystem(path: string): number {
  if (process.platform !== "linux") return 0;
  try {
    return statfsSync(path).type >>> 0;
  } catch {
    return 0; // Whoever opens the database says what is wrong with its folder.
  }
}
