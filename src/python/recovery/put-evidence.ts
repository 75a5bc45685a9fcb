import type { RequestId } from "../../approval/decisions.ts";
import { LABEL, type Engine } from "../../containers/engine.ts";
import { lines } from "../../containers/lines.ts";
import type { Put, PutRecord } from "../control/control-gateway.ts";

/** As many as a control gateway tells one by one. */
const MOST_PUTS = 1_000;

/**
 * What a run put into a control system, from the log of the control gateway that passed or refused it. Undefined where no
 * gateway's log reaches back to the beginning of it: then nobody can tell. @throws as `Engine` does
 */
export async function readPuts(
  engine: Engine,
  request: RequestId,
  signal: AbortSignal,
): Promise<PutRecord | undefined> {
  for (const { id } of await engine.containers(`${LABEL}=gateway`)) {
    const record = await putsIn(engine, id, request, signal);
    if (record !== undefined) return record;
  }
  return undefined;
}

async function putsIn(
  engine: Engine,
  id: string,
  request: RequestId,
  signal: AbortSignal,
): Promise<PutRecord | undefined> {
  let [begun, leftOut]: [boolean, number] = [false, 0];
  const puts: Put[] = [];
  for await (const line of lines(await engine.logs(id, { follow: false }, signal))) {
    const event = read(line);
    if (event?.begun === request) begun = true;
    if (event?.request !== request || typeof event.put !== "string") continue;
    if (puts.length < MOST_PUTS) puts.push(putOf(event));
    else leftOut += 1;
  }
  return begun ? { puts, leftOut } : undefined;
}

/** The line without what it is about is the put as the gateway tells it over its channel too. */
function putOf(event: Readonly<Record<string, unknown>>): Put {
  const members = Object.entries(event).filter(([name]) => name !== "put" && name !== "request");
  return Object.fromEntries(members) as unknown as Put;
}

function read(line: string): Readonly<Record<string, unknown>> | undefined {
  const [, json] = /^COUNTERSIGN (\{.*\})$/.exec(line) ?? [];
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
