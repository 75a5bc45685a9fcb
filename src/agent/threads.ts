import type { Database } from "../storage/database.ts";

/** Which threads belong to an analysis, so that a later process finds those that have not ended. */
export class Threads {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** @throws `database-locked` */
  open(thread: string, analysisId: string): Promise<void> {
    const sql = "INSERT OR IGNORE INTO threads (thread, analysis_id, state) VALUES (?, ?, 'open')";
    return this.database.patiently(() => void this.database.run(sql, thread, analysisId));
  }

  /** @throws `database-locked` */
  end(thread: string): Promise<void> {
    const sql = "UPDATE threads SET state = 'ended' WHERE thread = ?";
    return this.database.patiently(() => void this.database.run(sql, thread));
  }

  of(analysisId: string): readonly string[] {
    const sql = "SELECT thread FROM threads WHERE analysis_id = ?";
    return this.database.all<{ thread: string }>(sql, analysisId).map(({ thread }) => thread);
  }

  isOpen(thread: string): boolean {
    return (
      this.database.get("SELECT 1 FROM threads WHERE thread = ? AND state = 'open'", thread) !== undefined
    );
  }
}
