import type { ActionKind } from "../approval/action-kind.ts";
import type { Assessment } from "../approval/assessment.ts";
import type { Claim } from "../approval/claim.ts";
import { MEMORY_ENTRY, MEMORY_ENTRY_VERSION, type MemoryEntry, type StoredMemory } from "./memory-entry.ts";

/** Characters. What is remembered goes into later prompts, so it is a note and no document. */
const LONGEST_TITLE = 200;
const LONGEST_TEXT = 4_000;

/** Remembering something, as an action that needs approval. Nothing runs; what a person approves is the exact text. */
export class MemoryEntryKind implements ActionKind<MemoryEntry, StoredMemory> {
  readonly kind = MEMORY_ENTRY;
  readonly version = MEMORY_ENTRY_VERSION;
  private readonly store: (entry: MemoryEntry, claim: Claim) => Promise<StoredMemory>;

  constructor(store: (entry: MemoryEntry, claim: Claim) => Promise<StoredMemory>) {
    this.store = store;
  }

  parse(payload: unknown): MemoryEntry {
    const { title, text, analysisId } = (payload ?? {}) as Record<string, unknown>;
    if (typeof title !== "string" || typeof text !== "string" || typeof analysisId !== "string") {
      throw new TypeError("a memory entry has a title, a text and an analysis");
    }
    return { title, text, analysisId };
  }

  assess(entry: MemoryEntry): Promise<Assessment> {
    const assessment: Assessment = {
      effects: [],
      findings: [],
      isolation: {
        level: "none",
        networks: [],
        summary:
          "Stored in this workspace's database and given to the model in later analyses; nothing runs.",
      },
      summary: `remembers “${entry.title}”`,
    };
    const refusal = refusalOf(entry);
    return Promise.resolve(refusal === undefined ? assessment : { ...assessment, refusal });
  }

  /** The title, an empty line, the text. */
  text({ title, text }: MemoryEntry): string {
    return `${title}\n\n${text}`;
  }

  amend(entry: MemoryEntry, text: string): MemoryEntry {
    const [title = "", ...rest] = text.replace(/\r\n?/g, "\n").split("\n");
    return { ...entry, title: title.trim(), text: rest.join("\n").trim() };
  }

  observe(entry: MemoryEntry): Promise<MemoryEntry> {
    return Promise.resolve(entry);
  }

  async perform(entry: MemoryEntry, claim: Claim, signal: AbortSignal): Promise<StoredMemory> {
    signal.throwIfAborted();
    return await this.store(entry, claim);
  }
}

function refusalOf({ title, text }: MemoryEntry): string | undefined {
  if (title.trim() === "") return "An entry needs a title in its first line.";
  if (/[\n\r]/.test(title)) return "A title is one line.";
  if (text.trim() === "") return "An entry needs a text below its title.";
  if (title.length > LONGEST_TITLE) return `A title has at most ${LONGEST_TITLE} characters.`;
  if (text.length > LONGEST_TEXT) return `An entry has at most ${LONGEST_TEXT} characters.`;
  return undefined;
}
