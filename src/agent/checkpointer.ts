import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  maxChannelVersion,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  type PendingWrite,
} from "@langchain/langgraph-checkpoint";
import type { Database } from "../storage/database.ts";

interface CheckpointRow {
  thread_id: string;
  checkpoint_ns: string;
  checkpoint_id: string;
  parent_checkpoint_id: string | null;
  type: string;
  checkpoint: Uint8Array;
  metadata: Uint8Array;
}

interface ValueRow {
  type: string;
  value: Uint8Array;
}

interface WriteRow {
  task_id: string;
  task_path: string;
  idx: number;
  channel: string;
  type: string;
  value: Uint8Array;
}

const INSERT_CHECKPOINT = `INSERT OR REPLACE INTO checkpoints
  (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const INSERT_VALUE = `INSERT OR REPLACE INTO channel_values
  (thread_id, checkpoint_ns, channel, version, type, value) VALUES (?, ?, ?, ?, ?, ?)`;
const SELECT_VALUE = `SELECT type, value FROM channel_values
  WHERE thread_id = ? AND checkpoint_ns = ? AND channel = ? AND version = ?`;

interface Place {
  readonly thread: string;
  readonly namespace: string;
}

/** LangGraph's positions in the workspace's database. A position only: what was decided and done is the inbox's. */
export class SqliteCheckpointer extends BaseCheckpointSaver {
  private readonly database: Database;

  constructor(database: Database) {
    super();
    this.database = database;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    if (config.configurable?.thread_id === undefined) return undefined;
    const { thread, namespace } = place(config);
    const id = getCheckpointId(config);
    const where = "FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ?";
    const row = id
      ? this.database.get<CheckpointRow>(`SELECT * ${where} AND checkpoint_id = ?`, thread, namespace, id)
      : this.database.get<CheckpointRow>(
          `SELECT * ${where} ORDER BY checkpoint_id DESC LIMIT 1`,
          thread,
          namespace,
        );
    return row === undefined ? undefined : this.tuple(row);
  }

  override async *list(
    config: RunnableConfig,
    options: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const before = options.before === undefined ? undefined : getCheckpointId(options.before);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (const row of this.rows(config)) {
      if (left <= 0) return;
      if (before && row.checkpoint_id >= before) continue;
      const tuple = await this.tuple(row);
      if (!matches(tuple.metadata, options.filter)) continue;
      left -= 1;
      yield tuple;
    }
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { thread, namespace } = place(config);
    const { channel_values: values, ...position } = copyCheckpoint(checkpoint);
    const changed = await this.changedValues(values, newVersions);
    const [type, body] = await this.serde.dumpsTyped(position);
    const [, about] = await this.serde.dumpsTyped(metadata);
    const parent = getCheckpointId(config) || null;
    await this.write(() => {
      for (const value of changed) this.database.run(INSERT_VALUE, thread, namespace, ...value);
      this.database.run(INSERT_CHECKPOINT, thread, namespace, checkpoint.id, parent, type, body, about);
    });
    return configFor(thread, namespace, checkpoint.id);
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = "",
  ): Promise<void> {
    const { thread, namespace } = place(config);
    const checkpoint = getCheckpointId(config);
    if (!checkpoint)
      throw new TypeError("writes belong to a checkpoint: configurable.checkpoint_id must be a string");
    const rows = await Promise.all(
      writes.map(async ([channel, value], index) => {
        const [type, body] = await this.serde.dumpsTyped(value);
        return { channel, type, body, idx: WRITES_IDX_MAP[channel] ?? index };
      }),
    );
    await this.write(() => {
      for (const { channel, type, body, idx } of rows) {
        // Ordinary writes are stored once; special ones (negative index: errors, interrupts, resumes) replace what was there.
        const verb = idx >= 0 ? "INSERT OR IGNORE" : "INSERT OR REPLACE";
        this.database.run(
          `${verb} INTO writes
            (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, type, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[thread, namespace, checkpoint, taskId, idx, taskPath, channel, type, body],
        );
      }
    });
  }

  override deleteThread(threadId: string): Promise<void> {
    return this.write(() => {
      for (const table of ["checkpoints", "channel_values", "writes"]) {
        this.database.run(`DELETE FROM ${table} WHERE thread_id = ?`, threadId);
      }
    });
  }

  /** Where the thread stands stays; how it came there, which nobody asks for, goes. */
  keepPosition(threadId: string): Promise<void> {
    return this.write(() => {
      const older = `SELECT 1 FROM checkpoints later WHERE later.thread_id = t.thread_id
        AND later.checkpoint_ns = t.checkpoint_ns AND later.checkpoint_id > t.checkpoint_id`;
      for (const table of ["writes", "checkpoints"])
        this.database.run(`DELETE FROM ${table} AS t WHERE t.thread_id = ? AND EXISTS (${older})`, threadId);
      this.database.run(
        `DELETE FROM channel_values AS t WHERE t.thread_id = ? AND EXISTS (
          SELECT 1 FROM channel_values later WHERE later.thread_id = t.thread_id AND later.checkpoint_ns = t.checkpoint_ns
            AND later.channel = t.channel AND later.rowid > t.rowid)`,
        threadId,
      );
    });
  }

  private write(work: () => void): Promise<void> {
    return this.database.patiently(() => this.database.immediate(work));
  }

  private rows(config: RunnableConfig): CheckpointRow[] {
    const wanted = config.configurable ?? {};
    const conditions: [string, unknown][] = [
      ["thread_id", wanted.thread_id],
      ["checkpoint_ns", wanted.checkpoint_ns],
      ["checkpoint_id", wanted.checkpoint_id],
    ];
    const given = conditions.filter((entry): entry is [string, string] => typeof entry[1] === "string");
    const where = given.length === 0 ? "" : `WHERE ${given.map(([column]) => `${column} = ?`).join(" AND ")}`;
    const sql = `SELECT * FROM checkpoints ${where} ORDER BY checkpoint_id DESC`;
    return this.database.all<CheckpointRow>(sql, ...given.map(([, value]) => value));
  }

  private async tuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const position = (await this.serde.loadsTyped(row.type, row.checkpoint)) as Checkpoint;
    const checkpoint = { ...position, channel_values: await this.values(row, position.channel_versions) };
    if (checkpoint.v < 4) await this.takeSendsFromParent(checkpoint, row);
    const metadata = (await this.serde.loadsTyped("json", row.metadata)) as CheckpointMetadata;
    const tuple: CheckpointTuple = {
      config: configFor(row.thread_id, row.checkpoint_ns, row.checkpoint_id),
      checkpoint,
      metadata,
      pendingWrites: await this.pendingWrites(row),
    };
    if (row.parent_checkpoint_id === null) return tuple;
    return { ...tuple, parentConfig: configFor(row.thread_id, row.checkpoint_ns, row.parent_checkpoint_id) };
  }

  private async values(row: CheckpointRow, versions: ChannelVersions): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [channel, version] of Object.entries(versions)) {
      const stored = this.database.get<ValueRow>(
        SELECT_VALUE,
        row.thread_id,
        row.checkpoint_ns,
        channel,
        String(version),
      );
      if (stored !== undefined) values[channel] = await this.serde.loadsTyped(stored.type, stored.value);
    }
    return values;
  }

  private changedValues(values: Record<string, unknown>, newVersions: ChannelVersions) {
    const changed = Object.entries(newVersions).filter(([channel]) => channel in values);
    return Promise.all(
      changed.map(async ([channel, version]) => {
        const [type, body] = await this.serde.dumpsTyped(values[channel]);
        return [channel, String(version), type, body] as const;
      }),
    );
  }

  /** Before format 4, sends were kept as writes of the parent instead of in a channel. */
  private async takeSendsFromParent(checkpoint: Checkpoint, row: CheckpointRow): Promise<void> {
    if (row.parent_checkpoint_id === null) return;
    const writes = await this.pendingWrites({ ...row, checkpoint_id: row.parent_checkpoint_id });
    const versions = Object.values(checkpoint.channel_versions);
    checkpoint.channel_values[TASKS] = writes
      .filter(([, channel]) => channel === TASKS)
      .map(([, , value]) => value);
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }

  private async pendingWrites(row: CheckpointRow): Promise<CheckpointPendingWrite[]> {
    const rows = this.database.all<WriteRow>(
      "SELECT * FROM writes WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?",
      ...[row.thread_id, row.checkpoint_ns, row.checkpoint_id],
    );
    const sorted = rows
      .map((write) => ({ write, key: writesSortKey(write.task_path, write.task_id, write.idx) }))
      .sort((a, b) => compareWritesSortKeys(a.key, b.key));
    return Promise.all(
      sorted.map(async ({ write }): Promise<CheckpointPendingWrite> => {
        const value: unknown = await this.serde.loadsTyped(write.type, write.value);
        return [write.task_id, write.channel, value];
      }),
    );
  }
}

function place(config: RunnableConfig): Place {
  const thread: unknown = config.configurable?.thread_id;
  const namespace: unknown = config.configurable?.checkpoint_ns ?? "";
  if (typeof thread !== "string" || typeof namespace !== "string") {
    throw new TypeError("a checkpoint belongs to a thread: configurable.thread_id must be a string");
  }
  return { thread, namespace };
}

function configFor(thread: string, namespace: string, checkpoint: string): RunnableConfig {
  return { configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: checkpoint } };
}

function matches(
  metadata: CheckpointMetadata | undefined,
  filter: Record<string, unknown> | undefined,
): boolean {
  const known = metadata as Record<string, unknown> | undefined;
  return Object.entries(filter ?? {}).every(([key, value]) => known?.[key] === value);
}
