import { createHash } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { sha256, type Sha256 } from "../../approval/actions.ts";
import type { BoundFile } from "../python-run.ts";
import { isBelow } from "../sandboxes/data-folders.ts";

/** Above this, reading a file to bind it takes longer than a person waits. */
const DIGESTED_BYTES = 64 * 1024 * 1024;
/** Of the beginning and of the end of a larger one. */
const PIECE_BYTES = 1024 * 1024;
/** A file that was written so lately could be written again without its times telling: clocks of file systems are coarse. */
const SETTLED_NS = 2_000_000_000n;
const MOST_KNOWN = 5_000;

interface Known {
  /** Device, inode, size and times of what was read. */
  readonly stamp: string;
  readonly bound: Pick<BoundFile, "bytes" | "digest" | "boundBy">;
}

/**
 * Regular files inside the workspace and their digests. What has the device, inode, size and times that it had when it was
 * read is not read again.
 */
export class WorkspaceFiles {
  private readonly workspaceDir: string;
  private readonly known = new Map<string, Known>();

  constructor(workspaceDir: string) {
    this.workspaceDir = workspaceDir;
  }

  /** The workspace's real path. */
  async root(): Promise<string> {
    return realpath(this.workspaceDir);
  }

  /** Undefined for what is no regular file inside the workspace. */
  async bind(path: string): Promise<BoundFile | undefined> {
    const file = await this.open(path);
    if (!file) return undefined;
    try {
      return { path, ...(await this.digestOf(path, file)) };
    } finally {
      await file.close();
    }
  }

  /** The content, read once, where it is what was bound. */
  async read(path: string, bound: Omit<BoundFile, "path">): Promise<Buffer | undefined> {
    const file = await this.open(path);
    if (!file) return undefined;
    try {
      const content = await file.readFile();
      const isSame =
        bound.boundBy === "content"
          ? sha256(content) === bound.digest
          : (await headAndTail(file, await file.stat({ bigint: true }))) === bound.digest;
      return isSame ? content : undefined;
    } finally {
      await file.close();
    }
  }

  private async digestOf(path: string, file: FileHandle): Promise<Known["bound"]> {
    const before = await file.stat({ bigint: true });
    const known = this.known.get(path);
    if (known?.stamp === stampOf(before)) return known.bound;
    const bytes = Number(before.size);
    const bound: Known["bound"] =
      bytes > DIGESTED_BYTES
        ? { bytes, digest: await headAndTail(file, before), boundBy: "head-and-tail" }
        : { bytes, digest: await contentOf(file), boundBy: "content" };
    this.remember(path, before, await file.stat({ bigint: true }), bound);
    return bound;
  }

  /** Nothing that was written while it was read, or shortly before. */
  private remember(path: string, before: BigIntStats, after: BigIntStats, bound: Known["bound"]): void {
    this.known.delete(path);
    const changed = before.ctimeNs > before.mtimeNs ? before.ctimeNs : before.mtimeNs;
    const isSettled = BigInt(Date.now()) * 1_000_000n - changed > SETTLED_NS;
    if (!isSettled || stampOf(before) !== stampOf(after)) return;
    this.known.set(path, { stamp: stampOf(before), bound });
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_KNOWN && oldest !== undefined) this.known.delete(oldest);
  }

  private async open(path: string): Promise<FileHandle | undefined> {
    const root = await this.root();
    const real = await realpath(join(root, path)).catch(() => undefined);
    if (real === undefined || !isBelow(root, real)) return undefined;
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(real, flags).catch(() => undefined);
    if (!file || (await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

async function contentOf(file: FileHandle): Promise<Sha256> {
  const hash = createHash("sha256");
  for await (const part of file.createReadStream({ autoClose: false, start: 0 })) hash.update(part as Buffer);
  return hash.digest("hex") as Sha256;
}

/** Size, times, inode, and the beginning and the end. */
async function headAndTail(file: FileHandle, found: BigIntStats): Promise<Sha256> {
  const { size, mtimeNs, ctimeNs, ino } = found;
  const last = Math.max(0, Number(size) - PIECE_BYTES);
  const pieces = await Promise.all(
    [0, last].map(async (position) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
      return sha256(buffer.subarray(0, bytesRead));
    }),
  );
  return sha256([size, mtimeNs, ctimeNs, ino, ...pieces].join(" "));
}
