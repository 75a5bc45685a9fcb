import type { ActionKind, Recovered } from "../../../src/approval/action-kind.ts";
import type { Action, Json } from "../../../src/approval/actions.ts";
import type { Assessment } from "../../../src/approval/assessment.ts";
import type { Claim, StartedClaim } from "../../../src/approval/claim.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { Inbox, type InboxOptions } from "../../../src/approval/inbox.ts";
import type { Judgement } from "../../../src/approval/policy.ts";
import type { ApprovalRequest, RequestContext } from "../../../src/approval/request.ts";
import type { Log } from "../../../src/host.ts";
import type { Database, DatabaseOptions } from "../../../src/storage/database.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";

export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
export const never = new AbortController().signal;

export interface Note {
  readonly text: string;
  readonly digest: string;
}

/** An action whose world and whose doing the test decides about; it remembers what was done. */
export class NoteKind implements ActionKind<Note, string> {
  readonly kind = "note";
  readonly version = 1;
  readonly done: string[] = [];
  digest = "d1";
  assessments = 0;
  /** Set where notes cannot be approved any more, as when configuration was tightened. */
  refusal: string | undefined;
  recover?: (note: Note, started: StartedClaim, signal: AbortSignal) => Promise<Recovered<string>>;
  perform: (note: Note, claim: Claim, signal: AbortSignal) => Promise<string> = (note, claim) => {
    claim.start();
    this.done.push(note.text);
    return Promise.resolve(`did ${note.text}`);
  };

  parse(payload: unknown): Note {
    return payload as Note;
  }
  assess({ text }: Note): Promise<Assessment> {
    this.assessments += 1;
    const { refusal } = this;
    return Promise.resolve({ ...assessmentOf(text), ...(refusal === undefined ? {} : { refusal }) });
  }
  text(note: Note): string {
    return note.text;
  }
  amend(note: Note, text: string): Note {
    return { ...note, text };
  }
  observe(note: Note): Promise<Note> {
    return Promise.resolve({ ...note, digest: this.digest });
  }
}

/** Text that says `broken` can never be approved. */
export function assessmentOf(text: string): Assessment {
  const isolation = { level: "container", networks: [], summary: "in a container" } as const;
  const sound: Assessment = { effects: [], findings: [], isolation, summary: `writes ${text}` };
  return text.includes("broken") ? { ...sound, refusal: "It does not parse." } : sound;
}

export const context: RequestContext = {
  analysisId: "analysis-1",
  question: "Which month is the wettest?",
  objective: "Find the month",
  expectedResults: "A month",
  model: "Demonstration",
  attempt: 1,
};

export function note(text: string): Action<Json> {
  return { kind: "note", version: 1, subject: `Write ${text}`, payload: { text, digest: "d1" } };
}

export type BenchOptions = Partial<InboxOptions> & Pick<DatabaseOptions, "patience">;

/** One process's inbox on a database of its own or a shared one, with a clock that stands still until it is set. */
export class Bench {
  readonly kind = new NoteKind();
  readonly database: Database;
  readonly inbox: Inbox;
  readonly clock = { time: 1_000_000, now: () => this.clock.time };
  readonly folder: string;
  trusted = true;
  judgement: Judgement = { verdict: "ask", reason: "Everything asks." };

  constructor(folder: string, { patience, ...options }: BenchOptions = {}) {
    this.folder = folder;
    this.database = openDatabase({
      stateDir: folder,
      log: quiet,
      clock: this.clock,
      pollInterval: 20,
      ...(patience === undefined ? {} : { patience }),
    }).database;
    this.inbox = new Inbox({
      database: this.database,
      clock: this.clock,
      log: quiet,
      stateDir: folder,
      policy: () => ({ judge: () => this.judgement }),
      door: {
        identity: () => ({ name: "Ada", knownBy: "os-user" }),
        trusted: () => this.trusted,
      },
      ...options,
    });
    this.inbox.register(this.kind);
  }

  asked(text = "a note", key = `key ${text}`): Promise<ApprovalRequest> {
    return this.inbox.request(note(text), key, context);
  }

  async approve(id: RequestId): Promise<void> {
    const { proof } = await this.inbox.show(id, never);
    await this.inbox.decide(id, { verdict: "approve" }, proof);
  }

  async approved(text = "a note"): Promise<RequestId> {
    const { id } = await this.asked(text);
    await this.approve(id);
    return id;
  }

  types(id: RequestId): readonly string[] {
    return this.inbox.ledger.rows(id).map((row) => row.type);
  }

  async close(): Promise<void> {
    await this.inbox.dispose();
    this.database.dispose();
  }
}
