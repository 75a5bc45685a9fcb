import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate } from "@langchain/langgraph-checkpoint-validation";
import * as vitest from "vitest";
import { SqliteCheckpointer } from "../../../src/agent/checkpointer.ts";
import { systemClock } from "../../../src/host.ts";
import type { Database } from "../../../src/storage/database.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const open = new Map<SqliteCheckpointer, { database: Database; stateDir: string }>();

// The suite was written for global test functions.
Object.assign(globalThis, vitest);

// LangGraph's own conformance suite, each part on a database file of its own.
validate({
  checkpointerName: "SqliteCheckpointer",
  createCheckpointer() {
    const stateDir = mkdtempSync(join(tmpdir(), "countersign-checkpoints-"));
    const { database } = openDatabase({ stateDir, log: silent, clock: systemClock });
    const checkpointer = new SqliteCheckpointer(database);
    open.set(checkpointer, { database, stateDir });
    return checkpointer;
  },
  destroyCheckpointer(checkpointer) {
    const { database, stateDir } = open.get(checkpointer)!;
    database.dispose();
    rmSync(stateDir, { recursive: true });
  },
});
