import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Head } from "./chain.ts";
import { type SignedHead, type SigningKey, isSigned } from "./signing-key.ts";

const FILE = "ledger-head.json";

/** The head with the place that it was kept in. */
interface Kept extends SignedHead {
  readonly place: string;
}

/**
 * Where the ledger ended at the last claim, outside the database: one that was restored from a backup, or cut, does not
 * come by it. Nor does a copy of the whole state directory, here or on another machine: what waits in there could be done
 * twice. Who writes old contents into the directory's own files restores this too: an export, or a mirror, tells that.
 */
export class KeptHead {
  private readonly path: string;
  private readonly key: SigningKey;

  constructor(stateDir: string, key: SigningKey) {
    this.path = join(stateDir, FILE);
    this.key = key;
  }

  /** Undefined where none was ever kept here, or where what lies there is not what this key signed. */
  read(): Head | undefined {
    try {
      const head = JSON.parse(readFileSync(this.path, "utf8")) as Kept;
      const isOurs = head.place === this.key.place && isSigned(head, this.key.publicKey);
      return isOurs ? { seq: head.seq, hash: head.hash } : undefined;
    } catch {
      return undefined;
    }
  }

  /** On the disk when it returns. Call it once the rows are committed: a head that is ahead of them would cry wolf. */
  keep(head: Head): void {
    const fresh = `${this.path}.${process.pid}`;
    const file = openSync(fresh, "w", 0o600);
    try {
      const kept: Kept = { ...this.key.sign(head), place: this.key.place };
      writeSync(file, `${JSON.stringify(kept)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, this.path);
  }
}
