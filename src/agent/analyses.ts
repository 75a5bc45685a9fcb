import { randomUUID } from "node:crypto";
import { CountersignError, type ErrorRecord } from "../errors.ts";
import type { Clock } from "../host.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { Database } from "../storage/database.ts";
import type { Analysis, AnalysisId, Stage } from "./analysis.ts";

interface Row {
  id: string;
  question: string;
  model: string;
  tokens: number;
  state: Analysis["state"];
  stage: Stage;
  created_at: number;
  updated_at: number;
  waiting_for: string | null;
  answer: string | null;
  error: string | null;
  notebook: string | null;
  run_folder: string | null;
}

/** As many as a view lists. */
const STAMPED = 100;

/** What may change about an analysis. */
export type AnalysisChange = Partial<
  Pick<Analysis, "state" | "stage" | "waitingFor" | "answer" | "error" | "notebook" | "runFolder">
>;

/** The workspace's analyses, as rows. Where an analysis stands inside its graph is the checkpointer's. */
export class Analyses {
  private readonly database: Database;
  private readonly clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.database = database;
    this.clock = clock;
  }

  /** @throws `database-locked` */
  async create(question: string, model: string): Promise<AnalysisId> {
    const id = randomUUID() as AnalysisId;
    const now = this.clock.now();
    const stage: Stage = "looking at the data";
    const sql =
      "INSERT INTO analyses (id, question, model, state, stage, created_at, updated_at) VALUES (?, ?, ?, 'running', ?, ?, ?)";
    await this.database.patiently(() => this.database.run(sql, id, question, model, stage, now, now));
    return id;
  }

  /** @throws `analysis-not-found` */
  get(id: AnalysisId): Analysis {
    return toAnalysis(this.row(id));
  }

  knows(id: string): boolean {
    return this.database.get("SELECT 1 FROM analyses WHERE id = ?", id) !== undefined;
  }

  /** Name of the model that the question was put to. */
  model(id: AnalysisId): string {
    return this.row(id).model;
  }

  /** Tokens that it has used of its budget. */
  spent(id: AnalysisId): number {
    return this.row(id).tokens;
  }

  /** @throws `database-locked` */
  spend(id: AnalysisId, tokens: number): Promise<void> {
    const sql = "UPDATE analyses SET tokens = tokens + ? WHERE id = ?";
    return this.database.patiently(() => void this.database.run(sql, tokens, id));
  }

  /** Newest first. */
  newest(limit: number): readonly Analysis[] {
    const sql = "SELECT * FROM analyses ORDER BY created_at DESC, rowid DESC LIMIT ?";
    return this.database.all<Row>(sql, limit).map(toAnalysis);
  }

  /** What has a thread that has not ended: analyses under way, and ended ones whose memory entry still waits. */
  open(): readonly Analysis[] {
    const sql = `SELECT * FROM analyses WHERE state IN ('running', 'waiting')
      OR id IN (SELECT analysis_id FROM threads WHERE state <> 'ended') ORDER BY created_at`;
    return this.database.all<Row>(sql).map(toAnalysis);
  }

  /** Something that differs whenever a view would show an analysis differently, for the newest ones. */
  stamps(): ReadonlyMap<AnalysisId, string> {
    const sql = `SELECT id, updated_at || ' ' || state || ' ' || stage AS stamp FROM analyses
      ORDER BY created_at DESC, rowid DESC LIMIT ?`;
    const rows = this.database.all<{ id: AnalysisId; stamp: string }>(sql, STAMPED);
    return new Map(rows.map(({ id, stamp }) => [id, stamp]));
  }

  /** @throws `database-locked` */
  update(id: AnalysisId, change: AnalysisChange): Promise<void> {
    return this.database.patiently(() => this.write(id, change));
  }

  /** Now, or not at all: for who waits with `soon`, and for what is told again. @throws `database-locked` */
  write(id: AnalysisId, change: AnalysisChange): void {
    const given = Object.entries(COLUMNS).filter(([key]) => key in change);
    const columns = given.map(
      ([key, column]) => [column, toColumn(change[key as keyof AnalysisChange])] as const,
    );
    const sets = [...columns.map(([column]) => `${column} = ?`), "updated_at = ?"].join(", ");
    const values = [...columns.map(([, value]) => value), this.clock.now(), id];
    this.database.run(`UPDATE analyses SET ${sets} WHERE id = ?`, ...values);
  }

  private row(id: AnalysisId): Row {
    const row = this.database.get<Row>("SELECT * FROM analyses WHERE id = ?", id);
    if (row !== undefined) return row;
    throw new CountersignError("analysis-not-found", {
      message: "This analysis is not known in this workspace.",
      next: "Open the workspace that it was asked in.",
    });
  }
}

const COLUMNS: Record<keyof AnalysisChange, string> = {
  state: "state",
  stage: "stage",
  waitingFor: "waiting_for",
  answer: "answer",
  error: "error",
  notebook: "notebook",
  runFolder: "run_folder",
};

function toColumn(value: string | ErrorRecord | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function toAnalysis(row: Row): Analysis {
  return {
    id: row.id as AnalysisId,
    question: row.question,
    state: row.state,
    stage: row.stage,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.waiting_for === null ? {} : { waitingFor: row.waiting_for as RequestId }),
    ...(row.answer === null ? {} : { answer: row.answer }),
    ...(row.error === null ? {} : { error: JSON.parse(row.error) as ErrorRecord }),
    ...(row.notebook === null ? {} : { notebook: row.notebook }),
    ...(row.run_folder === null ? {} : { runFolder: row.run_folder }),
  };
}
