import { readFile } from "node:fs/promises";
import { CountersignError } from "../../errors.ts";
import { mountTable } from "./inside.ts";
import type { DataFolder } from "./sandbox.ts";

/**
 * What is mounted below a folder would be missing in the sandbox, where only the folder's own file system is shown.
 * @throws `input-refused`
 */
export async function refuseMountsBelow(folders: readonly DataFolder[]): Promise<void> {
  // Where there is no such table there is none to look at either: the engine then runs in a machine of its own.
  const table = mountTable(await readFile("/proc/self/mountinfo", "utf8").catch(() => ""));
  for (const { name, realPath } of folders) {
    const below = table.find(({ at }) => at.startsWith(`${realPath}/`));
    if (below === undefined) continue;
    throw refused(
      `Another file system is mounted below the data folder ${name}, at ${below.at.slice(realPath.length + 1)}.`,
      "Name what is mounted there as a data folder of its own under framework.execution.data in place of the folder that holds it, or unmount it.",
    );
  }
}

/** On another machine the engine would show whatever has that name there. @throws `input-refused` */
export function refuseElsewhere(folders: readonly DataFolder[]): void {
  if (folders.length === 0) return;
  throw refused(
    `The container engine is reached over a network, and cannot show the data folder ${folders[0]?.name ?? ""}.`,
    "Use an engine on this machine, or name no folder under framework.execution.data.",
  );
}

function refused(message: string, next: string): CountersignError {
  return new CountersignError("input-refused", { message, kept: "Nothing ran.", next });
}
