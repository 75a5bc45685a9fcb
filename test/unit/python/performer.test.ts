import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { Claim } from "../../../src/approval/claim.ts";
import type { Noted } from "../../../src/approval/outcome.ts";
import { Detached } from "../../../src/approval/outcome.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { Closing } from "../../../src/errors.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { DataBinding } from "../../../src/python/bound/data-binding.ts";
import { WorkspaceFiles } from "../../../src/python/bound/workspace-files.ts";
import { Performer } from "../../../src/python/performer.ts";
import type { Place } from "../../../src/python/places/place.ts";
import type { Output, PythonRun } from "../../../src/python/python-run.ts";
import type { Sandbox } from "../../../src/python/sandboxes/sandbox.ts";
import { RUN } from "../editor/example-requests.ts";

const CODE = 'print(open("data/x.csv").read())';
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const { configuration } = loadConfiguration({ file: "/nowhere", text: undefined, environment: {} });

let workspace: string;
let data: DataBinding;
let files: WorkspaceFiles;
let started: Noted[];

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "countersign-performer-"));
  await mkdir(join(workspace, "data"));
  await writeFile(join(workspace, "data/x.csv"), "a,b");
  files = new WorkspaceFiles(workspace);
  data = new DataBinding(files, new Analyser());
  started = [];
});

afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
});

function ignore(): void {
  // Nothing of it is looked at.
}

/** A sandbox that runs nothing; `meanwhile` happens while it is made. */
function placeWhere(meanwhile: () => Promise<void>, special: Partial<Sandbox> = {}): Place {
  const sandbox: Partial<Sandbox> = {
    identity: { container: "c1" },
    adopt: () => Promise.resolve(),
    stage: () => Promise.resolve(),
    run: async (_code, claim, _seconds, noted) => {
      await claim.startPatiently(noted);
      return ended();
    },
    collect: () => Promise.resolve(),
    dispose: ignore,
    ...special,
  };
  return {
    sandbox: () => meanwhile().then(() => sandbox as Sandbox),
    warm: () => Promise.resolve(),
  } as Partial<Place> as Place;
}

// eslint-disable-next-line @typescript-eslint/require-await -- outputs come one after the other
async function* ended(): AsyncGenerator<Output> {
  yield { type: "ended", status: "ok" };
}

function performed(meanwhile: () => Promise<void>) {
  return performedIn(placeWhere(meanwhile), {}, new AbortController().signal);
}

async function performedIn(place: Place, special: Partial<PythonRun>, signal: AbortSignal) {
  const performer = new Performer({
    ...{ files, data, configuration: () => configuration, onStage: ignore, onOutput: ignore },
    host: { clock: { now: () => 1 }, log: SILENT, workspaceDir: workspace },
    subject: () => ({ analysisId: "analysis-1", question: "What?", attempt: 1 }),
  });
  const run: PythonRun = {
    ...RUN,
    code: CODE,
    inputs: [],
    data: await data.bind(CODE, ["data"]),
    ...special,
  };
  const start = (noted: Noted = {}) => void started.push(noted);
  const claim = {
    requestId: "r1",
    hash: sha256("run"),
    by: "person",
    startPatiently: start,
  } as unknown as Claim;
  return performer.perform(place, run, claim, signal);
}

it("starts what is as it was approved, with the digests of what it reads in the ledger's row", async () => {
  const record = await performed(() => Promise.resolve());
  const lines = `${sha256("a,b")} data/x.csv`;
  expect(started).toEqual([{ data: lines }]);
  expect(record.noted).toEqual({ data: lines });
});

it("starts nothing where data changed while its sandbox was made", async () => {
  await expect(performed(() => writeFile(join(workspace, "data/x.csv"), "a"))).rejects.toMatchObject({
    code: "sandbox-differs",
    message: "Changed since it was approved: data/x.csv changed.",
  });
  expect(started).toEqual([]);
  expect(await readdir(workspace, { recursive: true })).not.toContain("run.json");
});

describe("a run at work", () => {
  const reaches = { gateway: "g", address: "10.0.0.1", port: 5064, network: "n" } as const;
  const mayPut = { control: { ...reaches, puts: "any" } } as const;
  const onlyReads = { control: { ...reaches, puts: "none" } } as const;
  const local = { place: { method: "local", environment: sha256("e") } } as const;

  /** Aborted for this reason while it runs; tells what was done with its sandbox, in order. */
  async function aborted(reason: Error, special: Partial<PythonRun>) {
    const done: string[] = [];
    const controller = new AbortController();
    let abandon: (error: Error) => void = ignore;
    async function* endless(): AsyncGenerator<Output> {
      yield { type: "stream", stream: "stdout", text: "at work" };
      await new Promise((_, reject) => {
        abandon = reject;
        controller.abort(reason);
      });
    }
    const place = placeWhere(() => Promise.resolve(), {
      run: () => Promise.resolve(endless()),
      abandon: (error) => abandon(error),
      detach: () => void done.push("detached"),
      collect: () => Promise.resolve(void done.push("collected")),
    });
    const error: unknown = await performedIn(place, special, controller.signal).catch((e: unknown) => e);
    return { error, done };
  }

  it.each([{}, onlyReads])("goes on in its container when its window closes: %j", async (special) => {
    const { error, done } = await aborted(new Closing(), special);
    expect(error).toBeInstanceOf(Detached);
    expect(done).toEqual(["detached"]);
    expect(await readdir(workspace, { recursive: true })).not.toContain("run.json");
  });

  it.each([
    ["may write to a control system", mayPut, "only while a window is open"],
    ["has no container", local, "container of its own"],
  ])("is collected and cancelled with its window where it %s", async (_, special, why) => {
    const { error, done } = await aborted(new Closing(), special);
    expect(error).toMatchObject({
      code: "cancelled",
      message: expect.stringMatching(`when its window closed: .*${why}`) as string,
      result: { text: "at work" },
    });
    expect(done).toEqual(["collected"]);
  });

  it("is collected and cancelled where a person cancels it", async () => {
    const { error, done } = await aborted(new Error("not wanted"), {});
    expect(error).toMatchObject({ code: "cancelled", message: "The run was cancelled." });
    expect(done).toEqual(["collected"]);
  });
});
