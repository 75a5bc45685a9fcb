import type { ActionKind } from "../approval/action-kind.ts";
import type { DataSource } from "../data/data-source.ts";
import type { Event } from "../host.ts";
import type { MemoryEntry, StoredMemory } from "./memory-entry.ts";

/** What a workspace remembers. Entries come in by an approved `memory-entry` action and in no other way. */
export interface Memory {
  readonly kind: ActionKind<MemoryEntry, StoredMemory>;
  readonly source: DataSource;
  /** Newest first. */
  entries(): readonly StoredMemory[];
  /** @throws `database-locked` */
  forget(id: string): Promise<void>;
  readonly onDidChange: Event<void>;
}
