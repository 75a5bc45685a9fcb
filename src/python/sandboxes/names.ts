import { randomUUID } from "node:crypto";
import type { RequestId } from "../../approval/decisions.ts";

const RUN = "countersign-run-";

/** Name of a sandbox that belongs to no request yet. */
export function unusedName(): string {
  return `countersign-sandbox-${randomUUID()}`;
}

/** Name of the one sandbox of a request: the engine lets no second one have it. */
export function runName(id: RequestId): string {
  return `${RUN}${id}`;
}

/** The request that a sandbox of this name was adopted by; undefined where it was never used. */
export function requestOf(name: string): RequestId | undefined {
  return name.startsWith(RUN) ? (name.slice(RUN.length) as RequestId) : undefined;
}
