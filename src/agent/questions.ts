import type { Clock } from "../host.ts";
import type { Database } from "../storage/database.ts";

/** What was asked in this workspace, each question once. */
export class Questions {
  private readonly database: Database;
  private readonly clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.database = database;
    this.clock = clock;
  }

  /** @throws `database-locked` */
  remember(question: string): Promise<void> {
    const sql = "INSERT OR REPLACE INTO questions (question, asked_at) VALUES (?, ?)";
    return this.database.patiently(() => void this.database.run(sql, question, this.clock.now()));
  }

  /** Newest first. */
  newest(limit: number): readonly string[] {
    const sql = "SELECT question FROM questions ORDER BY asked_at DESC, rowid DESC LIMIT ?";
    return this.database.all<{ question: string }>(sql, limit).map(({ question }) => question);
  }
}
