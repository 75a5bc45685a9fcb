import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Head } from "./chain.ts";
import { type SignedHead, type SigningKey, isSigned } from "./signing-key.ts";

const FILE = "ledger-head.json";

/**
 * Where the ledger ended at the last claim, outside the database: one that was restored from a backup, or cut, does not
 * come by it. Who restores the whole state directory restores this too: an export, or a mirror elsewhere, tells that.
 */
export class KeptHead {
  private readonly path: string;
  private readonly key: SigningKey;

  constructor(stateDir: string, key: SigningKey) {
    this.path = join(stateDir, FILE);
    this.key = key;
  }

  /** Undefined where none was ever kept, or where what lies there is not what this key signed. */
  read(): Head | undefined {
    try {
      const head = JSON.parse(readFileSync(this.path, "utf8")) as SignedHead;
      return isSigned(head, this.key.publicKey) ? { seq: head.seq, hash: head.hash } : undefined;
    } catch {
      return undefined;
    }
  }

  /** On the disk when it returns. Call it once the rows are committed: a head that is ahead of them would cry wolf. */
  keep(head: Head): void {
    const fresh = `${this.path}.${process.pid}`;
    const file = openSync(fresh, "w", 0o600);
    try {
      writeSync(file, `${JSON.stringify(this.key.sign(head))}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, this.path);
  }
}
