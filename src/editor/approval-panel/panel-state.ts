import type { Action, Json } from "../../approval/actions.ts";
import type { Assessment } from "../../approval/assessment.ts";
import { mayAskAnew } from "../../approval/request.ts";
import { changesOf, comparisonTitle } from "../comparison-text.ts";
import { offersFor } from "../grant-offers.ts";
import {
  approveLabel,
  codeOf,
  effectsByWeight,
  findingsOf,
  pythonRunOf,
  revisionQuestion,
  standing,
  textOf,
  whereItRuns,
} from "../request-facts.ts";
import type { Review } from "../reviews.ts";
import type { CodeSpan, PanelComparison, PanelEffect, PanelFinding, PanelState } from "./messages.ts";

export interface PanelExtras {
  readonly spans: readonly CodeSpan[];
  readonly hasNotebook: boolean;
  /** Without trust in the workspace nothing is decided. */
  readonly isTrusted: boolean;
  readonly now: number;
}

/** What the panel shows of a review. */
export function panelState(review: Review, extras: PanelExtras): PanelState {
  const { request } = review;
  const { action, assessment, hash, text } = subjectOf(review);
  return {
    requestId: request.id,
    hash,
    subject: action.subject,
    question: request.context.question,
    objective: request.context.objective,
    expectedResults: request.context.expectedResults,
    model: request.context.model,
    attempt: request.context.attempt,
    edited: hash !== request.hash || request.decided?.verdict === "approve-edited",
    summary: assessment.summary,
    reason: refusalOf(review) ?? request.allowed?.reason ?? request.judgement.reason,
    isRefused: refusalOf(review) !== undefined,
    comparisons: comparisonsOf(review, extras.now),
    effects: panelEffects(assessment),
    findings: panelFindings(assessment),
    text,
    isPython: pythonRunOf(action) !== undefined,
    spans: extras.spans,
    where: whereItRuns(action, assessment),
    approveLabel: approveLabel(action),
    revisionQuestion: revisionQuestion(action) ?? "",
    grants: review.state === "ready" ? offersFor(action, assessment, request.judgement) : [],
    phase: review.state === "decided" || extras.isTrusted ? phaseOf(review) : "restricted",
    standing: standing(request, extras.now),
    hasNotebook: extras.hasNotebook,
    mayAskAnew: extras.isTrusted && pythonRunOf(action) !== undefined && mayAskAnew(request),
  };
}

function comparisonsOf(review: Review, now: number): readonly PanelComparison[] {
  const comparisons = review.state === "ready" ? (review.comparisons ?? []) : [];
  return comparisons.map((comparison) => {
    const hasText = comparison === comparisons.at(-1) && comparison.before !== comparison.now;
    return { title: comparisonTitle(comparison, now), changes: changesOf(comparison), hasText };
  });
}

/** The text that the panel shows, and that spans are made for. */
export function panelText(review: Review): string {
  return subjectOf(review).text;
}

interface Subject {
  readonly action: Action<Json>;
  readonly assessment: Assessment;
  readonly hash: string;
  readonly text: string;
}

function subjectOf(review: Review): Subject {
  if (review.state === "ready") {
    const { action, assessment, proof, text } = review.shown;
    return { action, assessment, hash: proof.hash, text };
  }
  const { action, assessment, hash } = review.request;
  return { action, assessment, hash, text: codeOf(review.request) ?? textOf(action) };
}

/** Why it cannot run, or did not although somebody approved it. */
function refusalOf(review: Review): string | undefined {
  if (review.state === "decided") return review.refusal;
  if (review.state !== "ready") return undefined;
  const { assessment, request } = review.shown;
  const { verdict, reason } = request.judgement;
  return assessment.refusal ?? (verdict === "refuse" ? reason : undefined);
}

function phaseOf(review: Review): PanelState["phase"] {
  if (review.state !== "ready") return review.state === "failed" ? "unapprovable" : review.state;
  return refusalOf(review) === undefined ? "undecided" : "unapprovable";
}

function panelEffects(assessment: Assessment): readonly PanelEffect[] {
  return effectsByWeight(assessment).map((effect) => {
    const lines = findingsOf(effect, assessment).map(({ line }) => line);
    return {
      kind: effect.kind,
      summary: effect.summary,
      ordinary: effect.ordinary,
      lines: [...new Set(lines)].sort((a, b) => a - b),
    };
  });
}

function panelFindings(assessment: Assessment): readonly PanelFinding[] {
  return assessment.findings
    .map(({ line, column, message, ordinary, avoid = "" }) => ({ line, column, message, ordinary, avoid }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
