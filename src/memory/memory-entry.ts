/** Name of the action kind, and the version of its payload. */
export const MEMORY_ENTRY = "memory-entry";
export const MEMORY_ENTRY_VERSION = 1;

/** The payload of the action kind `memory-entry`, and what is stored once a person approved it. */
export interface MemoryEntry {
  readonly title: string;
  /** Plain text. */
  readonly text: string;
  /** The analysis that taught it. */
  readonly analysisId: string;
}

export interface StoredMemory extends MemoryEntry {
  readonly id: string;
  readonly createdAt: number;
  /** The approval that let it in. */
  readonly requestId: string;
}
