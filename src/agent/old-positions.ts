import { setImmediate as nextTurn } from "node:timers/promises";
import type { Disposable, Log } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { Analysis, AnalysisId } from "./analysis.ts";

interface Ended {
  readonly place: number;
  readonly id: AnalysisId;
  readonly state: Analysis["state"];
}

interface Parts {
  readonly database: Database;
  readonly log: Log;
  /** Removes the positions that this analysis needs no more. */
  readonly prune: (id: AnalysisId) => Promise<void>;
}

/** Looked at in one turn. */
const AT_ONCE = 20;

const ENDED = `SELECT rowid AS place, id, state FROM analyses
  WHERE rowid > ? AND state NOT IN ('running', 'waiting')
    AND NOT EXISTS (SELECT 1 FROM threads WHERE analysis_id = analyses.id AND state = 'open')
  ORDER BY rowid LIMIT ${AT_ONCE}`;

/** Of one that finished no position is kept, of any other the last one of each of its threads. */
const HAS_OLD = `SELECT 1 FROM threads t JOIN checkpoints c ON c.thread_id = t.thread
  WHERE t.analysis_id = ?1 AND (?2 = 'finished' OR c.checkpoint_id < (
    SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = c.thread_id AND checkpoint_ns = c.checkpoint_ns))
  LIMIT 1`;

/** Removes, one analysis after another, the positions that builds before this one kept of what has ended. */
export class OldPositions implements Disposable {
  private readonly parts: Parts;
  private removing: Promise<void> | undefined;
  private stopped = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Resolves when none is left; asked again it is the same work. */
  remove(): Promise<void> {
    this.removing ??= this.removeAll().catch((error: unknown) => {
      // What is left takes room and nothing else: the next window goes on with it.
      this.parts.log.warn("Old positions could not be removed", error);
    });
    return this.removing;
  }

  async dispose(): Promise<void> {
    this.stopped = true;
    await this.removing;
  }

  private async removeAll(): Promise<void> {
    for (let place = 0; !this.isStopped();) {
      const ended = this.parts.database.all<Ended>(ENDED, place);
      for (const { id } of ended.filter((one) => this.hasOld(one))) {
        await this.parts.prune(id);
        await nextTurn();
        if (this.isStopped()) return;
      }
      const last = ended.at(-1);
      if (last === undefined) return;
      place = last.place;
      await nextTurn();
    }
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private hasOld({ id, state }: Ended): boolean {
    return this.parts.database.get(HAS_OLD, id, state) !== undefined;
  }
}
