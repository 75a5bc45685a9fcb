import { randomUUID } from "node:crypto";
import type { Act, Answer, CountersignApi, Decided, Rule } from "../api.ts";
import type { Approvals } from "../approval/approvals.ts";
import type { RequestId } from "../approval/decisions.ts";
import { EXTENSION_ACT, EXTENSION_ACT_VERSION } from "../approval/extension-act-kind.ts";
import type { Policy } from "../approval/policy.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import type { Countersign } from "../countersign.ts";
import { CountersignError } from "../errors.ts";
import { Emitter, type Disposable } from "../host.ts";
import type { House } from "./house.ts";
import { oneLine } from "./plain-text.ts";

const LONGEST_SUBJECT = 120;

/** What `activate` gives to other extensions. It can ask, listen and tighten; it cannot decide. */
export class ExtensionApi implements Disposable {
  private readonly house: Pick<House, "enter" | "onDidOpen">;
  private readonly rules: Set<Policy>;
  private readonly decided = new Emitter<Decided>();

  /** @param rules Where the policy of this window finds what other extensions contributed. */
  constructor(house: Pick<House, "enter" | "onDidOpen">, rules: Set<Policy>) {
    this.house = house;
    this.rules = rules;
    house.onDidOpen(({ approvals }) => this.watch(approvals));
  }

  /** Frozen: whoever gets it cannot change it for the others. */
  face(): CountersignApi {
    return Object.freeze({
      version: 1 as const,
      requestApproval: (act: Act, signal?: AbortSignal) => this.requestApproval(act, signal),
      onDidDecide: this.decided.event,
      contributePolicy: (rule: Rule) => this.contributePolicy(rule),
    });
  }

  dispose(): void {
    this.rules.clear();
    this.decided.dispose();
  }

  private async requestApproval(act: Act, signal = new AbortController().signal): Promise<Answer> {
    const copy = copied(act);
    signal.throwIfAborted();
    const countersign = await this.house.enter();
    const { approvals } = countersign;
    const { extension, text, effects } = copy;
    const action = {
      kind: EXTENSION_ACT,
      version: EXTENSION_ACT_VERSION,
      subject: oneLine(copy.subject, LONGEST_SUBJECT),
      payload: { extension, text, effects: [...effects] },
    };
    const asked = { question: copy.reason ?? "", objective: `Asked by ${extension} (self-declared)` };
    const context = { analysisId: randomUUID(), ...asked, expectedResults: "", model: "", attempt: 1 };
    const { id } = await approvals.request(action, `${EXTENSION_ACT}/${randomUUID()}`, context);
    return answerTo(await untilDecided(approvals, id, signal), countersign);
  }

  private contributePolicy(rule: Rule): Disposable {
    const policy = policyOf(rule);
    this.rules.add(policy);
    return { dispose: () => void this.rules.delete(policy) };
  }

  /** What waited when the window opened, and what is asked from then on, is told once. */
  private watch(approvals: Approvals): void {
    const pending = new Set(approvals.waitingIds());
    const openedAt = Date.now();
    const told = new Set<RequestId>();
    approvals.onDidChange((id) => {
      const request = approvals.get(id);
      const isNews = pending.has(id) || request.createdAt >= openedAt;
      if (request.state === "requested" || !isNews || told.has(id)) return;
      pending.delete(id);
      told.add(id);
      const { kind, subject } = request.action;
      this.decided.fire({ requestId: id, kind, subject, state: decisionOf(request) });
    });
  }
}

/** Checked, because another extension may be written in anything, and copied, because it may change it afterwards. */
function copied(act: Act): Act {
  const { extension, subject, text, effects, reason } = act;
  const texts: readonly unknown[] = [extension, subject, text, reason ?? ""];
  const isSound = texts.every((one) => typeof one === "string") && Array.isArray(effects);
  if (!isSound || !effects.every((effect) => typeof effect === "string"))
    throw new TypeError("An act has an extension, a subject, a text and effects, all of them texts.");
  return { extension, subject, text, effects: [...effects], ...(reason === undefined ? {} : { reason }) };
}

function untilDecided(approvals: Approvals, id: RequestId, signal: AbortSignal): Promise<ApprovalRequest> {
  return new Promise((resolve) => {
    const look = (): void => {
      const request = approvals.get(id);
      if (request.state === "requested") return;
      listening.dispose();
      signal.removeEventListener("abort", withdraw);
      resolve(request);
    };
    const withdraw = (): void => {
      approvals.withdraw(id, "whoever asked does not need it any more");
      look();
    };
    const listening: { dispose(): void } = approvals.onDidChange((changed) => {
      if (changed === id) look();
    });
    signal.addEventListener("abort", withdraw);
    if (signal.aborted) withdraw();
    else look();
  });
}

function answerTo(request: ApprovalRequest, countersign: Countersign): Answer {
  const state = decisionOf(request);
  if (state === "approved" || state === "approved-edited")
    return { approved: true, perform: (act) => performOnce(request.id, act, countersign) };
  const outcome = countersign.approvals.outcome(request.id);
  const reason = outcome?.state === "refused" ? outcome.reason : "";
  return { approved: false, state, comment: request.decided?.comment ?? reason };
}

async function performOnce<R>(
  id: RequestId,
  act: (signal: AbortSignal) => Promise<R>,
  { approvals, extensionActs }: Countersign,
): Promise<R> {
  let done: { readonly result: R } | { readonly error: unknown } | undefined;
  extensionActs.prepare(id, async (signal) => {
    try {
      done = { result: await act(signal) };
    } catch (error) {
      done = { error };
      throw error;
    }
  });
  const { state } = await approvals.perform(id, new AbortController().signal);
  if (done === undefined) throw notDone(state);
  if ("error" in done) throw done.error;
  return done.result;
}

function notDone(state: string): CountersignError {
  return new CountersignError("approval-state", {
    message: `It was not done: what was approved is ${state}.`,
    kept: "Nothing was done.",
    next: "Ask for it again.",
  });
}

function decisionOf({ decided, allowed, state }: ApprovalRequest): Decided["state"] {
  if (decided?.verdict === "approve-edited") return "approved-edited";
  if (decided?.verdict === "approve" || allowed !== undefined) return "approved";
  return ENDED.find((one) => one === state) ?? "approved";
}

const ENDED = ["rejected", "revised", "expired", "withdrawn", "refused"] as const;

function policyOf(rule: Rule): Policy {
  return {
    judge: ({ kind, subject }, { effects, isolation }) => {
      const judged = {
        kind,
        subject,
        effects: effects.map((effect) => ({
          kind: effect.kind,
          ordinary: effect.ordinary,
          ...(effect.target === undefined ? {} : { target: effect.target }),
        })),
        networks: [...isolation.networks],
      };
      const verdict: unknown = rule.judge(judged);
      return verdict === undefined ? { verdict: "allow", reason: "" } : tightening(verdict);
    },
  };
}

/** Whatever a rule answers that is not known asks: it wanted to say something. */
function tightening(verdict: unknown): { verdict: "ask" | "refuse"; reason: string } {
  const said = (verdict ?? {}) as { readonly verdict?: unknown; readonly reason?: unknown };
  const reason = oneLine(typeof said.reason === "string" ? said.reason : "", 400);
  return {
    verdict: said.verdict === "refuse" ? "refuse" : "ask",
    reason: `A rule of another extension: ${reason === "" ? "it gave no reason" : reason}`,
  };
}
