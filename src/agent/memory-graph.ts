import { Command, END, START, StateGraph, type BaseCheckpointSaver } from "@langchain/langgraph";
import type { Json } from "../approval/actions.ts";
import type { Approvals } from "../approval/approvals.ts";
import type { RequestId } from "../approval/decisions.ts";
import { MEMORY_ENTRY, MEMORY_ENTRY_VERSION, type MemoryEntry } from "../memory/memory-entry.ts";
import { MemoryState, type MemoryValues } from "./state.ts";
import { awaitDecision, requestKey } from "./step-graph.ts";

export interface MemoryParts {
  readonly approvals: Approvals;
  readonly checkpointer: BaseCheckpointSaver;
  readonly signal: AbortSignal;
}

/** propose → await → perform for what the analysis would have the workspace remember. */
export function memoryGraph(parts: MemoryParts) {
  return new StateGraph(MemoryState)
    .addNode("propose", (memory: MemoryValues) => propose(parts.approvals, memory), { ends: ["await"] })
    .addNode("await", (memory: MemoryValues) => awaitDecision(parts.approvals, memory.requestId), {
      ends: ["perform"],
    })
    .addNode("perform", (memory: MemoryValues) => perform(parts, memory), { ends: [END] })
    .addEdge(START, "propose")
    .compile({ checkpointer: parts.checkpointer });
}

async function propose(approvals: Approvals, memory: MemoryValues): Promise<Command> {
  const { analysisId, question, model, entry } = memory;
  const payload: MemoryEntry = { ...entry, analysisId };
  const request = await approvals.request(
    {
      kind: MEMORY_ENTRY,
      version: MEMORY_ENTRY_VERSION,
      subject: entry.title,
      payload: payload as unknown as Json,
    },
    requestKey(memory.thread, 1),
    {
      analysisId,
      question,
      objective: "Remember this for later analyses",
      expectedResults: "",
      model,
      attempt: 1,
    },
  );
  return new Command({ update: { requestId: request.id }, goto: "await" });
}

async function perform(parts: MemoryParts, memory: MemoryValues): Promise<Command> {
  const outcome = await parts.approvals.perform(memory.requestId as RequestId, parts.signal);
  return new Command({ update: { ended: outcome.state }, goto: END });
}
