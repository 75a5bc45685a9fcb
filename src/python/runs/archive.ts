import type { Readable } from "node:stream";
import { extract, pack, type Header } from "tar-stream";
import type { Collector } from "./collector.ts";

/** Reads the engine's archive of a working folder, whose one top folder is the working folder itself. */
export async function collectArchive(archive: Readable, collector: Collector): Promise<void> {
  const entries = extract();
  // An archive that ends early or is malformed ends the reading below with its error.
  archive.on("error", (error: Error) => entries.destroy(error));
  archive.pipe(entries);
  try {
    for await (const entry of entries) {
      const { header } = entry;
      const name = belowTop(header.name);
      if (header.type === "file" && name !== "") {
        if (isEndless(header, collector)) break;
        await collector.take(name, header.size, entry as unknown as Readable);
      } else {
        if (header.type !== "directory")
          collector.leaveOut(name, `it is no regular file but a ${header.type}`);
        entry.resume();
      }
    }
  } finally {
    archive.destroy();
  }
}

/** A sparse file costs its writer nothing and its reader hours. */
function isEndless(header: Header, collector: Collector): boolean {
  const size = header.size;
  if (!collector.exceeds(size)) return false;
  collector.leaveOut(
    belowTop(header.name),
    "it is larger than what may be collected; files after it are missing too",
  );
  return true;
}

function belowTop(name: string): string {
  const slash = name.indexOf("/");
  return slash < 0 ? "" : name.slice(slash + 1).replace(/\/$/, "");
}

/** A file or a link that the host puts into a sandbox. Paths are relative to the working folder. */
export type StagedEntry =
  | { readonly path: string; readonly content: Uint8Array }
  | { readonly path: string; readonly linkTo: string };

/** The archive that stages entries for the sandbox's user, with the folders they lie in. */
export function packEntries(entries: readonly StagedEntry[], user: number): Readable {
  const archive = pack();
  const owned = { uid: user, gid: user, mtime: new Date(0) };
  for (const folder of foldersOf(entries))
    archive.entry({ ...owned, name: folder, type: "directory", mode: 0o755 });
  for (const entry of entries) {
    if ("linkTo" in entry) {
      archive.entry({ ...owned, name: entry.path, type: "symlink", linkname: entry.linkTo });
    } else {
      archive.entry({ ...owned, name: entry.path, mode: 0o644 }, Buffer.from(entry.content));
    }
  }
  archive.finalize();
  return archive as unknown as Readable;
}

function foldersOf(entries: readonly StagedEntry[]): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split("/").slice(0, -1);
    parts.forEach((_, index) => folders.add(parts.slice(0, index + 1).join("/")));
  }
  return [...folders].sort();
}
