/**
 * What other extensions may program against: `vscode.extensions.getExtension("countersign.countersign")?.exports`.
 * Version 1. Nothing in here decides: a person does, in VS Code's own window. What is handed in is data, copied when it is
 * handed in, and shown as plain text.
 */
export interface CountersignApi {
  readonly version: 1;
  /**
   * Files a request and waits until it is decided. Another extension's act always asks, each time, whatever the
   * configuration says. Aborting withdraws it.
   * @throws Error where no folder is open, where the workspace is not trusted, or where the act is not well formed
   */
  requestApproval(act: Act, signal?: AbortSignal): Promise<Answer>;
  /** A request of any kind was decided, here or in another window. */
  readonly onDidDecide: (listener: (decided: Decided) => void) => { dispose(): void };
  /**
   * Adds a rule for as long as it is not disposed of. Rules only tighten: the strictest of all of them and of the
   * configuration counts, and one that fails counts as "ask".
   */
  contributePolicy(rule: Rule): { dispose(): void };
}

/** Something that another extension wants to do. */
export interface Act {
  /** Who asks. Shown as self-declared: one extension cannot be told from another. */
  readonly extension: string;
  /** One line: `Restart the archiver`. */
  readonly subject: string;
  /** All of what would be done, as plain text: the command, the statement, the message. At most 100,000 characters. */
  readonly text: string;
  /** What it does to the world, in its own words: `restarts the service archiver`. Not empty. */
  readonly effects: readonly string[];
  /** Why, as plain text. */
  readonly reason?: string;
}

export type Answer =
  /**
   * Approved, once. `perform` records that it was started, does it, and records how it ended. It can be called once; what
   * `act` throws is recorded and thrown.
   */
  | { readonly approved: true; perform<R>(act: (signal: AbortSignal) => Promise<R>): Promise<R> }
  | {
      readonly approved: false;
      readonly state: "rejected" | "revised" | "expired" | "withdrawn" | "refused";
      /** What the person said; empty where nothing. */
      readonly comment: string;
    };

export interface Decided {
  readonly requestId: string;
  /** `python-run`, `memory-entry`, `extension-act`, … */
  readonly kind: string;
  readonly subject: string;
  readonly state:
    "approved" | "approved-edited" | "rejected" | "revised" | "expired" | "withdrawn" | "refused";
}

/** An action as a rule sees it. */
export interface Judged {
  readonly kind: string;
  readonly subject: string;
  readonly effects: readonly {
    readonly kind: string;
    readonly target?: string;
    readonly ordinary: boolean;
  }[];
  readonly networks: readonly string[];
}

export interface Rule {
  /** One sentence for the person, as in `reason`; undefined where the rule has nothing to say. */
  judge(action: Judged): { readonly verdict: "ask" | "refuse"; readonly reason: string } | undefined;
}
