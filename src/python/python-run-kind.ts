import type { ActionKind, Recovered } from "../approval/action-kind.ts";
import type { Assessment } from "../approval/assessment.ts";
import type { Claim, StartedClaim } from "../approval/claim.ts";
import type { Configuration } from "../config/configuration.ts";
import type { CodeAnalyser } from "./analysis/analysis.ts";
import { assess } from "./assess.ts";
import type { ControlAccess } from "./control/control-access.ts";
import { tightened } from "./tightened.ts";
import type { DataBinding } from "./bound/data-binding.ts";
import type { WorkspaceFiles } from "./bound/workspace-files.ts";
import { observeInputs, withNamed } from "./inputs.ts";
import type { Performer } from "./performer.ts";
import type { Place } from "./places/place.ts";
import { parsePythonRun } from "./python-run-payload.ts";
import { runDifference } from "./run-difference.ts";
import {
  PYTHON_RUN,
  PYTHON_RUN_VERSION,
  type PythonRun,
  type RunPlace,
  type RunRecord,
  type StagedInput,
} from "./python-run.ts";

interface Parts {
  readonly analyser: CodeAnalyser;
  readonly configuration: () => Configuration;
  readonly files: WorkspaceFiles;
  readonly data: DataBinding;
  /** @throws `local-not-accepted` */
  readonly place: (method: RunPlace["method"]) => Place;
  /** Loaded when something is performed for the first time. */
  readonly performer: () => Promise<Performer>;
  readonly recover: (
    run: PythonRun,
    started: StartedClaim,
    signal: AbortSignal,
  ) => Promise<Recovered<RunRecord>>;
  /** The files that code names outside these data folders, bound as they are now. */
  readonly inputs: (code: string, dataFolders: readonly string[]) => Promise<readonly StagedInput[]>;
  /** The control system that code reaches in a mode, as configured now. */
  readonly control: (code: string, mode: string) => Promise<ControlAccess | null>;
}

/** The action kind `python-run`. */
export class PythonRunKind implements ActionKind<PythonRun, RunRecord> {
  readonly kind = PYTHON_RUN;
  readonly version = PYTHON_RUN_VERSION;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  parse(payload: unknown): PythonRun {
    return parsePythonRun(payload);
  }

  /** A mode that is not configured any more counts as one that allows no writes. */
  async assess(run: PythonRun, signal: AbortSignal): Promise<Assessment> {
    const analysis = await this.parts.analyser.analyse(run.code);
    signal.throwIfAborted();
    const { execution } = this.parts.configuration();
    const modes = Object.entries(execution.modes);
    const writingModes = modes.filter(([, { allowsWrites }]) => allowsWrites).map(([name]) => name);
    const obstacle = obstacleToWrites(run, execution);
    return assess(analysis, {
      mode: {
        name: run.mode,
        allowsWrites: writingModes.includes(run.mode),
        ...(obstacle === undefined ? {} : { obstacle }),
      },
      writingModes,
      dataFolders: run.dataFolders,
      isolation: this.parts.place(run.place.method).isolation(run),
    });
  }

  text(run: PythonRun): string {
    return run.code;
  }

  /** Files and data that the edited code names are bound anew. */
  async amend(run: PythonRun, text: string): Promise<PythonRun> {
    if (text === run.code) return run;
    const [inputs, control, data] = await Promise.all([
      this.parts.inputs(text, run.dataFolders),
      run.place.method === "container" ? this.parts.control(text, run.mode) : null,
      this.parts.data.bind(text, run.dataFolders),
    ]);
    const handed = run.inputs.filter(({ source }) => source !== undefined);
    return { ...run, code: text, inputs: withNamed(handed, inputs), control, data };
  }

  async observe(run: PythonRun): Promise<PythonRun> {
    const [place, control, inputs, data] = await Promise.all([
      this.parts.place(run.place.method).observe(run),
      run.place.method === "container" ? this.parts.control(run.code, run.mode) : null,
      observeInputs(this.parts.files, run.inputs),
      this.parts.data.observe(run.dataFolders, run.data),
    ]);
    return { ...tightened(run, this.parts.configuration().execution), place, control, inputs, data };
  }

  differences(earlier: PythonRun, now: PythonRun): readonly string[] {
    return runDifference(earlier, now);
  }

  async perform(run: PythonRun, claim: Claim, signal: AbortSignal): Promise<RunRecord> {
    const place = this.parts.place(run.place.method);
    return (await this.parts.performer()).perform(place, run, claim, signal);
  }

  async recover(run: PythonRun, started: StartedClaim, signal: AbortSignal): Promise<Recovered<RunRecord>> {
    return this.parts.recover(run, started, signal);
  }
}

/** Why a control write would reach nothing in this mode, whoever approved it; undefined where it would. */
function obstacleToWrites(
  { mode, place, control }: PythonRun,
  execution: Configuration["execution"],
): string | undefined {
  if (place.method === "local") return "what runs without isolation may not write to a control system";
  if (place.method === "gateway" && execution.epicsWritesEnabled) return undefined;
  const disabled = "framework.execution.epics.writes_enabled is false";
  if (control === null && place.method === "container") {
    const also = execution.epicsWritesEnabled ? "" : `, and ${disabled}`;
    return `no control system is configured: mode ${mode} has no gateway${also}`;
  }
  return execution.epicsWritesEnabled ? undefined : `control writes are switched off: ${disabled}`;
}
