import type { Database } from "../storage/database.ts";

/** Which threads belong to an analysis, so that a later process finds those that have not ended. */
export class Threads {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  open(thread: string, analysisId: string): void {
    this.database.run(
      "INSERT OR IGNORE INTO threads (thread, analysis_id, state) VALUES (?, ?, 'open')",
      thread,
      analysisId,
    );
  }

  end(thread: string): void {
    this.database.run("UPDATE threads SET state = 'ended' WHERE thread = ?", thread);
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
