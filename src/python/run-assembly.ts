import { CountersignError } from "../errors.ts";
import type { Clock } from "../host.ts";
import type { DataBinding } from "./bound/data-binding.ts";
import type { RunRecord } from "./python-run.ts";
import { forgetUnchangedInputs, readResults, toRecord, writeUp, type EndedRun } from "./run-write-up.ts";
import { Collector } from "./runs/collector.ts";
import { diskError } from "./runs/disk.ts";
import { OutputRecord } from "./runs/output-record.ts";
import type { RunFolder } from "./runs/run-folder.ts";

/** Where what a run leaves comes from: its sandbox, or what is left of one whose window ended. */
export interface RunSource {
  readonly startedAt: number;
  /** Takes over what it puts out, to its end. @throws why the run ended badly */
  listen(outputs: OutputRecord): Promise<void>;
  /** Takes over the working folder; nothing runs there any more when it resolves. */
  collect(collector: Collector): Promise<void>;
  /** Asked for once it is collected. */
  origin(): Pick<EndedRun, "sandbox" | "image" | "puts">;
  /** What an error of its own means; any other as it is. @throws where the run is not over, and nothing is to be assembled */
  explain(error: unknown): Promise<unknown>;
}

/** `failure` is why it ended badly: the record holds what is there all the same. */
export interface AssembledRun {
  readonly record: RunRecord;
  readonly failure: CountersignError | undefined;
}

const MEGABYTE = 1024 * 1024;

/**
 * From the first output to the record: the one place where what a run left becomes its folder, whoever saw it end. It was
 * started, so every way of ending leaves a record.
 */
export async function assembleRun(
  what: Pick<EndedRun, "run" | "claim" | "name" | "folder">,
  source: RunSource,
  { clock, data }: { readonly clock: Clock; readonly data: Pick<DataBinding, "observe"> },
): Promise<AssembledRun> {
  const { run, folder } = what;
  const { outputs, collector } = destinations(what);
  const failures = new Failures(source, folder);
  await failures.of(() => source.listen(outputs));
  await failures.of(() => source.collect(collector));
  await failures.of(() => forgetUnchangedInputs(run, folder, collector));
  const times = { startedAt: source.startedAt, endedAt: clock.now() };
  let dataAfter = run.data;
  await failures.of(async () => {
    dataAfter = await data.observe(run.dataFolders, run.data);
  });
  const ended: EndedRun = { ...what, outputs, collector, ...source.origin(), ...times, dataAfter };
  await failures.of(() => writeUp(ended, failures.first));
  let resultsText = "";
  await failures.of(async () => {
    resultsText = await readResults(collector.results);
  });
  return { record: toRecord(ended, resultsText), failure: failures.first };
}

function destinations({
  run,
  folder,
}: Pick<EndedRun, "run" | "folder">): Pick<EndedRun, "outputs" | "collector"> {
  const { limits, dataFolders } = run;
  const { path, figures, out, results } = folder;
  return {
    outputs: new OutputRecord({ folder: path, figures, bytes: limits.outputMb * MEGABYTE }),
    collector: new Collector(
      { out, results, bytes: limits.workingFolderMb * MEGABYTE },
      new Set(dataFolders),
    ),
  };
}

/** The first thing that went wrong counts; what comes after it is often its consequence. */
class Failures {
  first: CountersignError | undefined;
  private readonly source: Pick<RunSource, "explain">;
  private readonly folder: RunFolder;

  constructor(source: Pick<RunSource, "explain">, folder: RunFolder) {
    this.source = source;
    this.folder = folder;
  }

  async of(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const known = this.onDisk(await this.source.explain(error));
      this.first ??= known;
    }
  }

  private onDisk(error: unknown): CountersignError {
    const kept =
      "The first lines of the output and the results, with the request, and what the folder could hold.";
    const known = diskError(error, this.folder.path, kept);
    if (known instanceof CountersignError) return known;
    return new CountersignError("run-failed", {
      message: `The run's results could not be collected: ${known.message}`,
      kept,
      next: "Look at the run's folder, then run the analysis again.",
      cause: error,
    });
  }
}
