import { randomUUID } from "node:crypto";
import type { ActionKind } from "../approval/action-kind.ts";
import type { Claim } from "../approval/claim.ts";
import type { DataSource } from "../data/data-source.ts";
import { Emitter, type Clock, type Disposable, type Event } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { Memory } from "./memory.ts";
import type { MemoryEntry, StoredMemory } from "./memory-entry.ts";
import { MemoryEntryKind } from "./memory-entry-kind.ts";
import { MemorySource } from "./memory-source.ts";

export interface WorkspaceMemoryParts {
  readonly database: Database;
  readonly clock: Clock;
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly analysis_id: string;
  readonly request_id: string;
  readonly created_at: number;
}

/** A workspace's memory in its database. */
export class WorkspaceMemory implements Memory, Disposable {
  readonly kind: ActionKind<MemoryEntry, StoredMemory>;
  readonly source: DataSource;
  private readonly parts: WorkspaceMemoryParts;
  private readonly changed = new Emitter<void>();
  private readonly watching: Disposable;
  private seen: string;

  constructor(parts: WorkspaceMemoryParts) {
    this.parts = parts;
    this.kind = new MemoryEntryKind((entry, claim) => this.store(entry, claim));
    this.source = new MemorySource(() => this.entries());
    this.seen = this.fingerprint();
    this.watching = parts.database.onDidChange(() => this.look());
  }

  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  entries(): readonly StoredMemory[] {
    const rows = this.parts.database.all<Row>(
      "SELECT id, title, text, analysis_id, request_id, created_at FROM memory_entries ORDER BY created_at DESC, rowid DESC",
    );
    return rows.map(entryOf);
  }

  /** @throws `database-locked` */
  async forget(id: string): Promise<void> {
    const { database } = this.parts;
    await database.patiently(() => database.run("DELETE FROM memory_entries WHERE id = ?", id));
  }

  dispose(): void {
    void this.watching.dispose();
    this.changed.dispose();
  }

  /** `started` and the entry are one transaction: after a crash there are both or neither. */
  private async store(entry: MemoryEntry, claim: Claim): Promise<StoredMemory> {
    const { database, clock } = this.parts;
    const stored: StoredMemory = {
      ...entry,
      id: randomUUID(),
      requestId: claim.requestId,
      createdAt: clock.now(),
    };
    const insert = (): void => {
      claim.start();
      database.run(
        "INSERT INTO memory_entries (id, title, text, analysis_id, request_id, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        ...[stored.id, stored.title, stored.text, stored.analysisId, stored.requestId, stored.createdAt],
      );
    };
    await database.patiently(() => database.immediate(insert));
    return stored;
  }

  /** The database tells of every change in it; only those of this table are ours. */
  private look(): void {
    const now = this.fingerprint();
    if (now === this.seen) return;
    this.seen = now;
    this.changed.fire();
  }

  private fingerprint(): string {
    const row = this.parts.database.get<{ count: number; newest: number | null; sum: number | null }>(
      "SELECT count(*) AS count, max(rowid) AS newest, sum(rowid) AS sum FROM memory_entries",
    );
    return JSON.stringify(row);
  }
}

function entryOf(row: Row): StoredMemory {
  const { id, title, text, analysis_id: analysisId, request_id: requestId, created_at: createdAt } = row;
  return { id, title, text, analysisId, requestId, createdAt };
}
