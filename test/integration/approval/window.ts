// One window's process, driven line by line: `node window.ts FOLDER`, a JSON command a line in, a JSON event a line out.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isCountersignError } from "../../../src/errors.ts";
import type { Recovered } from "../../../src/approval/action-kind.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { Bench, never } from "../../unit/approval/bench.ts";

export interface Command {
  readonly do: "ask" | "approve" | "perform" | "recover";
  readonly id?: string;
  readonly key?: string;
  /** Where to stop for ever, so that the process can be killed exactly there. */
  readonly stopAt?: "claimed" | "started" | "done";
  /** What the world says of a run whose window died, or that it never answers. Asking it is a line in `asked.txt`. */
  readonly world?: Recovered<string> | "never answers";
}

const forEver = () => new Promise<never>(() => setInterval(() => undefined, 1 << 30));
const tell = (event: unknown) => process.stdout.write(`${JSON.stringify(event)}\n`);
const folder = process.argv[2] ?? "";
const bench = new Bench(folder);
bench.clock.now = () => Date.now();

/** The effect that must happen once: a line in a file that every process writes. */
function act(text: string): void {
  appendFileSync(join(folder, "done.txt"), `${text}\n`);
}

async function stop(at: Command["stopAt"], command: Command): Promise<void> {
  if (command.stopAt !== at) return;
  tell({ at });
  await forEver();
}

async function obey(command: Command): Promise<unknown> {
  const id = command.id as RequestId;
  bench.kind.perform = async ({ text }, claim) => {
    await stop("claimed", command);
    claim.start();
    await stop("started", command);
    act(text);
    await stop("done", command);
    return text;
  };
  const { world } = command;
  if (world !== undefined) {
    bench.kind.recover = () => {
      appendFileSync(join(folder, "asked.txt"), "asked\n");
      return world === "never answers" ? forEver() : Promise.resolve(world);
    };
  }
  switch (command.do) {
    case "ask":
      return (await bench.asked(command.key)).id;
    case "approve":
      await bench.approve(id);
      return id;
    case "perform":
      return await bench.inbox.perform(id, never);
    case "recover":
      return await bench.inbox.recover();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    tell({ answer: (await obey(JSON.parse(line) as Command)) ?? null });
  } catch (error) {
    tell({ error: isCountersignError(error) ? error.code : String(error) });
  }
}
await bench.close();
