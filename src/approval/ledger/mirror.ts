import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Log } from "../../host.ts";
import { exportLines } from "./export.ts";
import type { Ledger } from "./ledger.ts";
import type { SigningKey } from "./signing-key.ts";

interface Parts {
  readonly ledger: Ledger;
  readonly key: SigningKey;
  /** An absolute path, or null for none; asked for again at each write. */
  readonly folder: () => string | null;
  readonly workspaceDir: string;
  readonly log: Log;
}

const SEGMENT = /^(\d{12})-(\d{12})\.jsonl$/;

/**
 * A copy of the ledger elsewhere, in signed segments as its rows are written: `ledger verify` takes their folder as it takes
 * an export. Several windows may write it: what two of them wrote twice is the same.
 */
export class LedgerMirror {
  private readonly parts: Parts;
  private work: Promise<void> = Promise.resolve();
  private isComplaining = false;
  /** Up to which row it was seen to be whole. */
  private mirrored = 0;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Writes what is not there yet, soon. What cannot be written now is written with the next rows. */
  update(): void {
    this.work = this.work.then(() => this.writeMissing());
  }

  /** Resolves once what was asked for is written, or was tried. */
  async settled(): Promise<void> {
    await this.work;
  }

  private async writeMissing(): Promise<void> {
    const parent = this.parts.folder();
    if (parent === null) return;
    try {
      await this.writeTo(join(parent, this.name()));
      this.isComplaining = false;
    } catch (error) {
      // Said once: the next rows try again, and again.
      if (!this.isComplaining)
        this.parts.log.error(`The ledger's mirror in ${parent} cannot be written:`, error);
      this.isComplaining = true;
    }
  }

  private async writeTo(folder: string): Promise<void> {
    const { ledger, key, workspaceDir, log } = this.parts;
    const { seq } = ledger.head();
    if (seq === 0) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const after = lastMirrored(await readdir(folder));
    if (after < this.mirrored)
      log.error(`Of the ledger's mirror in ${folder} rows ${after + 1} to ${this.mirrored} were gone`);
    if (seq <= after) {
      this.mirrored = seq;
      return;
    }
    const [from, to] = [after + 1, seq].map((row) => String(row).padStart(12, "0"));
    const fresh = join(folder, `.${from}-${to}.${process.pid}`);
    const lines = exportLines(ledger, key, basename(workspaceDir), { after, to: seq });
    // What a process of this number left half written, or a link, is not written through.
    await rm(fresh, { force: true });
    await writeFile(fresh, [...lines].join(""), { mode: 0o600, flush: true, flag: "wx" });
    // Another window may have been faster: the same rows, signed by the same key, are the same bytes.
    await rename(fresh, join(folder, `${from}-${to}.jsonl`));
    this.mirrored = seq;
  }

  /** Readable for people, and another one for another ledger. */
  private name(): string {
    const fingerprint = createHash("sha256").update(this.parts.key.publicKey).digest("hex").slice(0, 12);
    return `${basename(this.parts.workspaceDir)}-${fingerprint}`;
  }
}

/** Up to which row everything is there. */
function lastMirrored(names: readonly string[]): number {
  const segments = names
    .map((name) => SEGMENT.exec(name))
    .filter((match) => match !== null)
    .map(([, from, to]) => ({ from: Number(from), to: Number(to) }))
    .sort((a, b) => a.from - b.from);
  return segments.reduce((last, { from, to }) => (from <= last + 1 ? Math.max(last, to) : last), 0);
}
