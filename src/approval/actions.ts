import { createHash } from "node:crypto";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Sha256 = string & { readonly __sha256: true };

/** What somebody wants to do, exactly. Its hash is what a decision binds to. */
export interface Action<P> {
  /** Name of the registered `ActionKind`, for example `python-run`. */
  readonly kind: string;
  /** Version of the payload's shape; a kind that no longer knows it voids the request and says so. */
  readonly version: number;
  /** What it is about, for people: one line of plain text. */
  readonly subject: string;
  readonly payload: P;
}

/**
 * Canonical JSON: keys sorted by code unit, no white space, numbers as ECMAScript prints them (RFC 8785).
 * @throws TypeError on what JSON cannot carry (undefined, NaN, functions, dates, holes), so that nothing unhashed slips through.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError("canonical JSON holds finite numbers only");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(",")}]`;
  if (!isPlainObject(value)) throw new TypeError(`canonical JSON cannot hold this ${typeof value}`);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/** Anything with a class of its own (a Date, a Map) would be hashed as `{}`. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function sha256(data: string | Uint8Array): Sha256 {
  return createHash("sha256").update(data).digest("hex") as Sha256;
}

export function hashAction(action: Action<unknown>): Sha256 {
  return sha256(canonicalJson(action));
}
