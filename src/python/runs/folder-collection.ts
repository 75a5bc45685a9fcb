import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Collector } from "./collector.ts";

/** Takes what a local run left in its working folder, which its code may have filled with anything. */
export async function collectFolder(folder: string, collector: Collector, below = ""): Promise<void> {
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await collectFolder(folder, collector, name);
    else if (entry.isFile()) await takeFile(join(folder, name), name, collector);
    else collector.leaveOut(name, "it is no regular file");
  }
}

async function takeFile(path: string, name: string, collector: Collector): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    await collector.take(name, size, file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}
