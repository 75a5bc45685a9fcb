/** What may be approved beside this once; `grant-offers.ts` says what each means. */
export const GRANT_OFFERS = ["code-8h", "analysis-1d", "workspace-8h", "workspace-7d"] as const;
export type GrantOffer = (typeof GRANT_OFFERS)[number];

/** What may be approved beside this once. */
export interface PanelGrant {
  readonly id: GrantOffer;
  /** As it is chosen from a list. */
  readonly label: string;
  /** What the approving button says, and does, while it is chosen. */
  readonly approveLabel: string;
  /** What it allows, as a sentence. */
  readonly meaning: string;
}

/** One line of *Where it runs*. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A piece of code to colour, in UTF-16 offsets. */
export interface CodeSpan {
  readonly start: number;
  readonly end: number;
  readonly class: string;
}

export interface PanelEffect {
  readonly kind: string;
  readonly summary: string;
  readonly ordinary: boolean;
  /** Lines it was found on, ascending, from 1. */
  readonly lines: readonly number[];
}

export interface PanelFinding {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly ordinary: boolean;
  /** What would avoid it; empty where nothing would, or need. */
  readonly avoid: string;
}

/** What is different from an earlier request about the same, or since this one was asked for. */
export interface PanelComparison {
  readonly title: string;
  readonly changes: readonly { readonly kind: "gained" | "lost" | "other"; readonly text: string }[];
  /** There is something to look at line by line. */
  readonly hasText: boolean;
}

/** Everything that the panel shows. Texts are plain and stay text: the panel never makes markup of them. */
export interface PanelState {
  readonly requestId: string;
  /** SHA-256 of exactly the action shown. */
  readonly hash: string;
  readonly subject: string;
  readonly question: string;
  readonly objective: string;
  readonly expectedResults: string;
  readonly model: string;
  readonly attempt: number;
  readonly edited: boolean;
  readonly summary: string;
  /** Why it is asked, or why it cannot be approved. */
  readonly reason: string;
  /** It cannot run as it stands, or it was refused. */
  readonly isRefused: boolean;
  readonly comparisons: readonly PanelComparison[];
  readonly effects: readonly PanelEffect[];
  readonly findings: readonly PanelFinding[];
  readonly text: string;
  readonly isPython: boolean;
  readonly spans: readonly CodeSpan[];
  readonly where: readonly Fact[];
  readonly approveLabel: string;
  /** What is asked of who sends it back; empty where nobody would make it anew. */
  readonly revisionQuestion: string;
  /** What may be approved beside this once; empty where nothing may. */
  readonly grants: readonly PanelGrant[];
  readonly phase: "undecided" | "checking" | "unapprovable" | "restricted" | "decided";
  readonly standing: string;
  readonly hasNotebook: boolean;
  /** It was approved and nothing came of it, so it may be asked about again. */
  readonly mayAskAnew: boolean;
}

export type ToPanel =
  | { readonly type: "state"; readonly state: PanelState }
  | { readonly type: "problem"; readonly text: string }
  | { readonly type: "pong" };

export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "ping" }
  /** `grant` is one of the state's, or empty. */
  | { readonly type: "approve"; readonly hash: string; readonly grant: GrantOffer | "" }
  | { readonly type: "revise"; readonly comment: string }
  | { readonly type: "reject"; readonly reason: string }
  | { readonly type: "edit" }
  | { readonly type: "changes" }
  | { readonly type: "anew" }
  | { readonly type: "reveal"; readonly line: number; readonly column: number }
  | { readonly type: "notebook" };

/** What the panel keeps through a reload. */
export interface PanelMemory {
  readonly requestId: string;
}

const LONGEST_COMMENT = 10_000;

/** A message of this very panel, or undefined: wrong token, unknown type, wrong shape. */
export function parseFromPanel(message: unknown, token: string): FromPanel | undefined {
  if (!isRecord(message) || message.token !== token) return undefined;
  switch (message.type) {
    case "ready":
    case "ping":
    case "edit":
    case "changes":
    case "anew":
    case "notebook":
      return { type: message.type };
    case "approve":
      return parseApprove(message);
    case "revise":
      return isComment(message.comment) ? { type: "revise", comment: message.comment } : undefined;
    case "reject":
      return isComment(message.reason) ? { type: "reject", reason: message.reason } : undefined;
    case "reveal":
      return parseReveal(message);
    default:
      return undefined;
  }
}

export function parsePanelMemory(state: unknown): PanelMemory | undefined {
  return isRecord(state) && typeof state.requestId === "string" ? { requestId: state.requestId } : undefined;
}

function parseApprove({ hash, grant }: Record<string, unknown>): FromPanel | undefined {
  const offer = grant === "" ? "" : GRANT_OFFERS.find((one) => one === grant);
  return isHash(hash) && offer !== undefined ? { type: "approve", hash, grant: offer } : undefined;
}

function parseReveal({ line, column }: Record<string, unknown>): FromPanel | undefined {
  return isPlace(line) && isPlace(column) ? { type: "reveal", line, column } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isComment(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_COMMENT;
}

function isPlace(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}
