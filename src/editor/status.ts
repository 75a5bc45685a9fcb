import type { LedgerVerdict } from "../approval/ledger/chain.ts";

/** What the status bar can say. Closed: a new state gets its own row in `statusText`. */
export type Status =
  | { readonly kind: "hidden" }
  | { readonly kind: "restricted" }
  | { readonly kind: "failed" }
  | { readonly kind: "broken-ledger"; readonly reason: string }
  | (Sound & { readonly kind: "no-model" })
  | (Sound & { readonly kind: "ready" })
  | (Sound & { readonly kind: "working"; readonly stage: string })
  | (Sound & { readonly kind: "waiting"; readonly count: number });

/** How many rows the ledger had when it was found to hold; undefined until it was verified. */
interface Sound {
  readonly rows: number | undefined;
}

export interface StatusFacts {
  readonly house: "no-folder" | "restricted" | "opening" | "open" | "failed";
  readonly waiting: number;
  /** Stage of the newest analysis at work. */
  readonly stage: string | undefined;
  readonly hasModel: boolean;
  /** Undefined until it was verified. */
  readonly ledger?: LedgerVerdict | undefined;
}

/** What matters most is said: whether the records are sound, somebody waits for the person, then what is at work, then what is missing. */
export function statusOf({ house, waiting, stage, hasModel, ledger }: StatusFacts): Status {
  if (house === "no-folder" || house === "opening") return { kind: "hidden" };
  if (house !== "open") return { kind: house };
  if (ledger?.ok === false) return { kind: "broken-ledger", reason: ledger.reason };
  const rows = ledger?.rows;
  if (waiting > 0) return { kind: "waiting", count: waiting, rows };
  if (stage !== undefined) return { kind: "working", stage, rows };
  return { kind: hasModel ? "ready" : "no-model", rows };
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** For screen readers, which would read the icon's name. */
  readonly spoken: string;
  /** A command by its id. */
  readonly command: string;
  readonly isWarning: boolean;
}

export function statusText(status: Exclude<Status, { kind: "hidden" }>): StatusText {
  const focus = "countersign.approvals.focus";
  switch (status.kind) {
    case "restricted":
      return said(
        "$(shield) Countersign: restricted",
        "What was asked here may be read. Nothing is decided or run in Restricted Mode.",
        "workbench.trust.manage",
      );
    case "failed":
      return said("$(error) Countersign", "This workspace could not be opened.", "countersign.showLog", true);
    case "no-model":
      return said(
        "$(plug) Countersign: no model",
        `Connect a language model.${verified(status)}`,
        "countersign.connectModel",
      );
    case "ready":
      return said("$(verified) Countersign", `Nothing waits for you.${verified(status)}`, focus);
    case "broken-ledger":
      return said(
        "$(error) Countersign: ledger broken",
        `The ledger of this workspace was changed: ${status.reason}.`,
        "countersign.openLedger",
        true,
      );
    case "working":
      return said(
        `$(sync~spin) ${status.stage}`,
        `An analysis is at work.${verified(status)}`,
        "countersign.analyses.focus",
      );
    case "waiting":
      return said(
        `$(bell-dot) ${status.count} to countersign`,
        `Code waits for your decision.${verified(status)}`,
        focus,
        true,
      );
  }
}

function verified({ rows }: Sound): string {
  return rows === undefined
    ? ""
    : ` The ledger holds (${rows} ${rows === 1 ? "row" : "rows"} when it was verified).`;
}

function said(text: string, tooltip: string, command: string, isWarning = false): StatusText {
  const name = text.replace(/^\$\([^)]*\) /, "");
  return { text, tooltip, spoken: `${name}. ${tooltip}`, command, isWarning };
}
