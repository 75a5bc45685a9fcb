import type { Engine } from "../../containers/engine.ts";
import { lines } from "../../containers/lines.ts";
import { type Message, toOutput } from "../kernel/messages.ts";
import type { Output } from "../python-run.ts";

/** Where a sandbox's gateway keeps what the kernel put out; set by the image's start.sh. */
const FILE = "/tmp/countersign-outputs.jsonl";
/** A little more than the gateway keeps: the kernel's user can write there too. */
const MOST_BYTES = 8 * 1024 * 1024;
const INTERRUPTED = "Countersign: the window that started this run ended while it ran.";

/**
 * What a run put out whose window was killed, ending with a line that says how much of it that is. As untrusted as
 * everything that comes out of a kernel.
 */
export async function* keptOutputs(engine: Engine, id: string): AsyncGenerator<Output> {
  let ending = "What was printed is not kept.";
  try {
    const file = await engine.exec(id, ["head", "-c", String(MOST_BYTES), FILE]);
    file.end();
    for await (const line of lines(file)) {
      const message = read(line);
      const output = message && toOutput(message);
      if (output !== undefined) yield output;
      ending = message?.type === "cut" ? "What it printed after this is not kept." : "";
    }
  } catch {
    // Where the sandbox is dead or cannot start a process any more, what it printed is gone with it.
  }
  if (ending !== "") yield { type: "stream", stream: "stderr", text: `${INTERRUPTED} ${ending}\n` };
}

function read(line: string): Message | undefined {
  try {
    const { type, content } = JSON.parse(line) as { readonly type?: unknown; readonly content?: unknown };
    if (typeof type !== "string" || content === null) return undefined;
    return { type, content: typeof content === "object" ? (content as Message["content"]) : {} };
  } catch {
    return undefined;
  }
}
