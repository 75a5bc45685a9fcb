import type { RequestId } from "../../approval/decisions.ts";
import type { ApprovalRequest } from "../../approval/request.ts";

export const SCHEME = "countersign";
const PATH = /^\/requests\/([^/]+)\/[^/]+$/;

/** `/requests/<id>/<slug>.py`: the id finds the request, the slug is for the tab. */
export function requestPath(request: ApprovalRequest): string {
  return `/requests/${request.id}/${slug(request.action.subject)}.py`;
}

/** The request that a path of the scheme names; undefined for every other path. */
export function requestIdOfPath(path: string): RequestId | undefined {
  return PATH.exec(path)?.[1] as RequestId | undefined;
}

function slug(subject: string): string {
  const words = subject
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return words || "analysis";
}
