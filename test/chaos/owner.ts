// A window that is killed: performs one approved run and, at a named point, says so and does nothing any more.
import { ContainerSandbox } from "../../src/python/sandboxes/container-sandbox.ts";
import type { Claim } from "../../src/approval/claim.ts";
import type { Output } from "../../src/python/python-run.ts";
import { House, type Place } from "./house.ts";
import type { Point } from "./points.ts";

interface Orders {
  readonly place: Place;
  readonly code: string;
  readonly point: Point;
  /** Goes on after having said where it is. */
  readonly goOn: boolean;
}

const { place, code, point, goOn } = JSON.parse(process.argv[2] ?? "{}") as Orders;

function say(line: string): void {
  process.stdout.write(`\n${line}\n`);
}

/** Nothing of this process goes on: no timer, no reply is read. */
function reached(here: Point): void {
  if (here !== point) return;
  say(`AT ${here}`);
  if (goOn) return;
  // What was written to the pipe is there already: writes to pipes are synchronous.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const create = ContainerSandbox.create.bind(ContainerSandbox);
ContainerSandbox.create = async (parts, spec, signal) => {
  const rename = parts.engine.rename.bind(parts.engine);
  parts.engine.rename = async (id, name) => {
    await rename(id, name);
    reached("renamed");
  };
  return watchedSandbox(await create(parts, spec, signal));
};

function watchedSandbox(sandbox: ContainerSandbox): ContainerSandbox {
  const [stage, run] = [sandbox.stage.bind(sandbox), sandbox.run.bind(sandbox)];
  sandbox.stage = async (entries) => {
    await stage(entries);
    reached("connected");
  };
  sandbox.run = async (text, claim, seconds) => {
    const outputs = await run(text, watched(claim), seconds, {});
    reached("sent");
    if (point === "sent and a tick") setTimeout(() => reached("sent and a tick"), 5);
    return observed(outputs);
  };
  return sandbox;
}

function watched(claim: Claim): Claim {
  const startPatiently: Claim["startPatiently"] = async (noted) => {
    await claim.startPatiently(noted);
    reached("started");
  };
  return { ...claim, startPatiently };
}

async function* observed(outputs: AsyncIterable<Output>): AsyncIterable<Output> {
  for await (const output of outputs) {
    if (output.type === "stream") reached("mid-run");
    if (output.type === "ended") reached("replied");
    yield output;
  }
}

const house = House.open(place);
const { kind } = house.executor;
const perform = kind.perform.bind(kind);
kind.perform = async (payload, claim, signal) => {
  reached("claimed");
  return perform(payload, claim, signal);
};
const patient = AbortSignal.timeout(120_000);
const id = await house.approved(code, patient);
say(`REQUEST ${id}`);
const outcome = await house.inbox.perform(id, patient);
say(`OUTCOME ${outcome.state}`);
await house.dispose();
