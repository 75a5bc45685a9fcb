import type { AnalysisId } from "../agent/analysis.ts";
import type { Shown } from "../approval/approvals.ts";
import type { GrantWish } from "../approval/grant.ts";
import type { RequestId } from "../approval/decisions.ts";
import { CountersignError } from "../errors.ts";
import type { AgentLink } from "./agent-link.ts";
import type { Dialogs } from "./dialogs.ts";
import type { House } from "./house.ts";
import { approveLabel, revisionQuestion } from "./request-facts.ts";
import { actDialog, SHOW_DETAILS } from "./run-once-text.ts";

export interface DecidingParts {
  readonly house: House;
  readonly link: AgentLink;
  readonly dialogs: Dialogs;
  /** Makes the stored draft equal to what is on the screen. */
  readonly flush: (id: RequestId) => Promise<void>;
  readonly showDetails: (id: RequestId) => Promise<void>;
  /** This window decided, so this window shows how it goes on. */
  readonly follow: (id: AnalysisId) => void;
  /** This window rejected: how the analysis ends is no news here. */
  readonly leave: (id: AnalysisId) => void;
}

/** Decisions of the person at this window, from every surface. */
export class Deciding {
  private readonly parts: DecidingParts;

  constructor(parts: DecidingParts) {
    this.parts = parts;
  }

  /** Opens the modal dialog that states the act; only its second button approves. */
  async runOnce(id: RequestId): Promise<void> {
    const { house, dialogs, flush, showDetails } = this.parts;
    await flush(id);
    const { approvals } = await house.enter();
    const shown = await approvals.show(id, new AbortController().signal);
    refuseUnapprovable(shown);
    const { message, detail, buttons } = actDialog(shown, approvals.compare(shown));
    const chosen = await dialogs.modal(message, detail, buttons);
    if (chosen === SHOW_DETAILS) await showDetails(id);
    if (chosen === approveLabel(shown.action)) await this.approve(shown);
  }

  /** Approves exactly what was shown, and with a grant what does no more. @throws `approval-stale` where it is no longer what would run */
  async approve(shown: Shown, grant?: GrantWish): Promise<void> {
    const { house, flush } = this.parts;
    refuseUnapprovable(shown);
    await flush(shown.request.id);
    const { approvals } = await house.enter();
    const edited = shown.proof.hash !== shown.request.hash;
    const decision = edited
      ? ({ verdict: "approve-edited", text: shown.text } as const)
      : ({ verdict: "approve" } as const);
    const granting = grant === undefined ? {} : { grant };
    await approvals.decide(shown.request.id, { ...decision, ...granting }, shown.proof);
    await this.goOn(shown.request.id);
  }

  /** @param proposed What the comment says before the person changes it. */
  async askRevision(id: RequestId, proposed?: string): Promise<void> {
    const { approvals } = await this.parts.house.enter();
    const question = revisionQuestion(approvals.get(id).action);
    if (question === undefined) throw notRevised();
    const comment = await this.parts.dialogs.text({
      title: "Revise",
      prompt: question,
      ...(proposed === undefined ? {} : { value: proposed }),
      placeholder: "Use the monthly means instead of single days",
      validate: (text) => (text.trim() === "" ? "Say what should be different." : undefined),
    });
    if (comment !== undefined) await this.revise(id, comment);
  }

  async askRejection(id: RequestId): Promise<void> {
    const reason = await this.parts.dialogs.text({
      title: "Reject",
      prompt: "Why? You may leave this empty. Nothing runs; Escape changes nothing.",
    });
    if (reason !== undefined) await this.reject(id, reason);
  }

  async revise(id: RequestId, comment: string): Promise<void> {
    const { house, flush } = this.parts;
    // What is decided can be closed without a question about saving.
    await flush(id);
    const { approvals } = await house.enter();
    await approvals.decline(id, { verdict: "revise", comment: comment.trim() });
    await this.goOn(id);
  }

  async reject(id: RequestId, reason: string): Promise<void> {
    const { house, link, leave, flush } = this.parts;
    await flush(id);
    const { approvals } = await house.enter();
    const trimmed = reason.trim();
    await approvals.decline(id, {
      verdict: "reject",
      ...(trimmed === "" ? {} : { reason: trimmed }),
    });
    leave(approvals.get(id).context.analysisId as AnalysisId);
    (await link.agent()).resume();
  }

  /** The decision is in the database; whoever holds the runner's lease takes it from there. */
  private async goOn(id: RequestId): Promise<void> {
    const { house, link, follow } = this.parts;
    const { approvals } = await house.enter();
    follow(approvals.get(id).context.analysisId as AnalysisId);
    (await link.agent()).resume();
  }
}

function notRevised(): CountersignError {
  return new CountersignError("approval-state", {
    message: "Nobody would make this anew.",
    next: "Approve it, or reject it and ask for what you want instead.",
  });
}

function refuseUnapprovable({ assessment, request }: Shown): void {
  const reason =
    assessment.refusal ?? (request.judgement.verdict === "refuse" ? request.judgement.reason : undefined);
  if (reason === undefined) return;
  throw new CountersignError("approval-state", {
    message: `This cannot be approved: ${reason}`,
    next: "Edit it, or send it back with Revise….",
  });
}
