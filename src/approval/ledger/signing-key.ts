import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../../storage/file-place.ts";
import { canonicalJson } from "../actions.ts";
import type { Head } from "./chain.ts";

/** A head and who says so. The signature is Ed25519 over the canonical JSON of the head, in base64. */
export interface SignedHead extends Head {
  readonly signature: string;
}

const FILE = "ledger-key.pem";

/** The workspace's key: it lies in the state directory, readable by its owner only, and never leaves it. */
export class SigningKey {
  /** The key that anybody verifies with, as PEM. */
  readonly publicKey: string;
  /** Where the key lies: another one for a copy of it. */
  readonly place: string;
  private readonly key: KeyObject;

  private constructor(key: KeyObject, place: string) {
    this.key = key;
    this.place = place;
    this.publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  }

  /** Found, or made where there is none. @throws the file system's error, and the key's where it is none */
  static open(stateDir: string): SigningKey {
    const path = join(stateDir, FILE);
    const pem = readIfThere(path) ?? make(path);
    return new SigningKey(createPrivateKey(pem), placeOf(path));
  }

  /** @returns the signature in base64 */
  signText(text: Buffer): string {
    return sign(null, text, this.key).toString("base64");
  }

  sign({ seq, hash }: Head): SignedHead {
    return { seq, hash, signature: this.signText(signed({ seq, hash })) };
  }
}

/** @returns whether the owner of the key said that a ledger ended there */
export function isSigned(head: SignedHead, publicKey: string): boolean {
  try {
    const signature = Buffer.from(head.signature, "base64");
    // Base64 can be written in more than one way, and what is signed in one.
    if (signature.toString("base64") !== head.signature) return false;
    return verify(null, signed(head), createPublicKey(publicKey), signature);
  } catch {
    return false;
  }
}

function signed({ seq, hash }: Head): Buffer {
  return Buffer.from(canonicalJson({ countersign: "head of a ledger", seq, hash }));
}

/** Two windows that start at once end up with one key: whoever links first wins. */
function make(path: string): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  try {
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8");
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
