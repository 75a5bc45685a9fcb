import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Engine } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";

/** Where a sandbox and its control gateway find each other's sockets, in the volume that only they have. */
export const RELAY_FOLDER = "/control";

/**
 * Starts, in a sandbox without network, what clients in it reach its control gateway through; resolves once they are
 * listened to. It ends with the sandbox. @throws `engine-failed`, `engine-stopped`
 */
export async function startRelay(engine: Engine, sandbox: string, mediaDir: string): Promise<void> {
  const program = await readFile(join(mediaDir, "services", "control_relay", "relay.py"), "utf8");
  const relay = await engine.exec(sandbox, ["python3", "-I", "-S", "-c", program, RELAY_FOLDER]);
  await ready(relay);
}

function ready(relay: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(notStarted());
    relay.once("data", () => resolve());
    relay.on("end", fail).on("error", fail).on("close", fail);
  });
}

function notStarted(): CountersignError {
  return new CountersignError("engine-failed", {
    message: "The relay to the control gateway did not start in the sandbox.",
    kept: "Nothing ran.",
    next: "Run the analysis again. An image of your own needs Python 3 as python3.",
  });
}
