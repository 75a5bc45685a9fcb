import * as vscode from "vscode";
import type { Approvals, Shown } from "../approval/approvals.ts";
import type { Comparison } from "../approval/comparison.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import { isUndecided, pythonRunOf } from "./request-facts.ts";
import type { House } from "./house.ts";

/** What a surface knows about a request's code as it stands. */
export type Review =
  | { readonly state: "checking"; readonly request: ApprovalRequest }
  | {
      readonly state: "ready";
      readonly request: ApprovalRequest;
      readonly shown: Shown;
      /** Packages that the code imports and that could be added to its image. */
      readonly missing: readonly string[];
      /** What a person has to compare it with, their own edit first. */
      readonly comparisons?: readonly Comparison[];
    }
  | { readonly state: "failed"; readonly request: ApprovalRequest; readonly error: unknown }
  | { readonly state: "decided"; readonly request: ApprovalRequest; readonly refusal?: string };

interface Entry {
  review: Review;
  running: AbortController | undefined;
}

/** One review per request that some surface shows: assessed again after every edit, the same for all surfaces. */
export class Reviews implements vscode.Disposable {
  private readonly entries = new Map<RequestId, Entry>();
  private readonly house: House;
  private readonly changed = new vscode.EventEmitter<RequestId>();
  readonly onDidChange = this.changed.event;

  constructor(house: House) {
    this.house = house;
  }

  get(id: RequestId): Review | undefined {
    return this.entries.get(id)?.review;
  }

  /** As it is once no assessment is under way any more. */
  async settled(id: RequestId): Promise<Review | undefined> {
    for (;;) {
      const review = this.get(id);
      if (review?.state !== "checking") return review;
      await new Promise<void>((resolve) => {
        const listening = this.changed.event((changed) => {
          if (changed !== id) return;
          listening.dispose();
          resolve();
        });
      });
    }
  }

  /** Assesses the request as it stands now; a newer call makes an older one give up. @throws `request-not-found` */
  async refresh(id: RequestId): Promise<Review> {
    const countersign = await this.house.read();
    const { approvals } = countersign;
    const request = approvals.get(id);
    this.entries.get(id)?.running?.abort();
    if (!isUndecided(request)) return this.settle(id, undefined, decidedReview(request, approvals));
    const controller = new AbortController();
    this.settle(id, controller, { state: "checking", request });
    try {
      const shown = await approvals.show(id, controller.signal);
      const isPython = pythonRunOf(shown.action) !== undefined;
      const missing = isPython ? await countersign.missingPackages(shown.text).catch(() => []) : [];
      const comparisons = approvals.compare(shown);
      return this.finish(id, controller, {
        state: "ready",
        request: shown.request,
        shown,
        missing,
        comparisons,
      });
    } catch (error) {
      return this.finish(id, controller, { state: "failed", request, error });
    }
  }

  /** Assesses again if some surface has asked for this request before. */
  async refreshIfKnown(id: RequestId): Promise<void> {
    if (this.entries.has(id)) await this.refresh(id);
  }

  /** What all of them were judged by has changed. */
  async refreshAll(): Promise<void> {
    await Promise.all([...this.entries.keys()].map((id) => this.refresh(id)));
  }

  forget(id: RequestId): void {
    this.entries.get(id)?.running?.abort();
    this.entries.delete(id);
  }

  dispose(): void {
    for (const { running } of this.entries.values()) running?.abort();
    this.entries.clear();
    this.changed.dispose();
  }

  /** A review that was overtaken, or whose last surface went away, changes nothing. */
  private finish(id: RequestId, controller: AbortController, review: Review): Review {
    if (this.entries.get(id)?.running !== controller) return review;
    return this.settle(id, undefined, review);
  }

  private settle(id: RequestId, running: AbortController | undefined, review: Review): Review {
    this.entries.set(id, { review, running });
    this.changed.fire(id);
    return review;
  }
}

function decidedReview(request: ApprovalRequest, approvals: Approvals): Review {
  const outcome = approvals.outcome(request.id);
  if (outcome?.state !== "refused") return { state: "decided", request };
  return { state: "decided", request, refusal: outcome.reason };
}
