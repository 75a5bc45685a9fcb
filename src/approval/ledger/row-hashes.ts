import type { Head } from "./chain.ts";

const LENGTH = 32;

/** The hashes of rows that were seen to follow each other, from the first one on, 32 bytes each. */
export class RowHashes {
  private stored: Buffer;
  private count: number;

  constructor(bytes: Uint8Array = new Uint8Array()) {
    this.stored = Buffer.from(bytes);
    this.count = bytes.length / LENGTH;
  }

  /** The row after the last one. */
  add({ hash }: Head): void {
    if ((this.count + 1) * LENGTH > this.stored.length) this.grow();
    this.stored.write(hash, this.count * LENGTH, "hex");
    this.count += 1;
  }

  get last(): Head {
    return { seq: this.count, hash: this.at(this.count) };
  }

  /** Empty for no row. */
  at(seq: number): string {
    return seq < 1 || seq > this.count ? "" : this.stored.toString("hex", (seq - 1) * LENGTH, seq * LENGTH);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.stored.subarray(0, this.count * LENGTH));
  }

  private grow(): void {
    const larger = Buffer.alloc(Math.max(64 * LENGTH, this.stored.length * 2));
    this.stored.copy(larger);
    this.stored = larger;
  }
}
