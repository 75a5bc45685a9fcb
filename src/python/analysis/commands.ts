import type { Knowledge } from "./knowledge.ts";
import type { Value } from "./values.ts";

/** Modules whose functions call what they are handed, sooner or later. */
const CALL_BACK =
  /^(?:_thread|asyncio|atexit|concurrent|contextlib|functools|multiprocessing|sched|signal|threading|timeit|weakref)\./;

/** An attribute of a device of which nothing tells whether it is a value or a command: it is a command once it is called. */
export function mayBeCommand(knowledge: Knowledge, value: Value): boolean {
  if (value.kind !== "method" || value.receiver.kind !== "instance") return false;
  const entry = knowledge.member(value.receiver.type, value.name)?.entry;
  return entry?.is === "data" && entry.does !== undefined;
}

/** Whether this function of the standard library calls what it is handed. */
export function callsBack(path: string): boolean {
  return CALL_BACK.test(path);
}
