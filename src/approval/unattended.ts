import { Closing } from "../errors.ts";
import type { Disposable, Log } from "../host.ts";
import type { Approvals } from "./approvals.ts";
import type { RequestId } from "./decisions.ts";
import type { ApprovalRequest } from "./request.ts";

interface Parts {
  readonly approvals: Approvals;
  /** Kinds that belong to no analysis. */
  readonly kinds: ReadonlySet<string>;
  readonly log: Log;
}

const RECENT = 200;

/** Performs what was approved and what nobody waits for, also what an earlier window left approved. */
export class Unattended implements Disposable {
  private readonly parts: Parts;
  private readonly listener: Disposable;
  private readonly stopped = new AbortController();
  private readonly running = new Map<RequestId, Promise<void>>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.listener = parts.approvals.onDidChange((id) => this.look(parts.approvals.get(id)));
  }

  /** Takes up what is approved already. */
  resume(): void {
    for (const request of this.parts.approvals.recent(RECENT)) this.look(request);
  }

  async dispose(): Promise<void> {
    await this.listener.dispose();
    this.stopped.abort(new Closing());
    await Promise.all(this.running.values());
  }

  private look({ id, action, state }: ApprovalRequest): void {
    const isApproved = state === "approved" || state === "approved-edited";
    if (!isApproved || !this.parts.kinds.has(action.kind) || this.running.has(id)) return;
    const work = this.perform(id).finally(() => this.running.delete(id));
    this.running.set(id, work);
  }

  /** How it ended is in the database, where the views read it. */
  private async perform(id: RequestId): Promise<void> {
    try {
      await this.parts.approvals.perform(id, this.stopped.signal);
    } catch (error) {
      this.parts.log.warn(`Request ${id} was not performed`, error);
    }
  }
}
