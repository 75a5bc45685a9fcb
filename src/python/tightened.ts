import type { Configuration } from "../config/configuration.ts";
import type { PythonRun, RunLimits } from "./python-run.ts";

type Execution = Pick<Configuration["execution"], "defaultMode" | "modes">;

/**
 * An approved run as configuration would have it now, where that is stricter: smaller limits, fewer folders and networks, no
 * mode of its name any more, other variables. What became looser since then changes nothing about it.
 */
export function tightened(run: PythonRun, { modes, defaultMode }: Execution): PythonRun {
  const known = Object.hasOwn(modes, run.mode);
  const mode = modes[known ? run.mode : defaultMode] ?? modes.read_only;
  const data = new Set(mode.data);
  const networks = new Set(mode.networks);
  return {
    ...run,
    mode: known ? run.mode : defaultMode,
    limits: smaller(run.limits, mode.limits),
    dataFolders: run.dataFolders.filter((name) => data.has(name)),
    networks: run.networks.filter((name) => networks.has(name)),
    environment: mode.environment,
  };
}

function smaller(approved: RunLimits, now: RunLimits): RunLimits {
  return {
    seconds: Math.min(approved.seconds, now.seconds),
    memoryMb: Math.min(approved.memoryMb, now.memoryMb),
    cpus: Math.min(approved.cpus, now.cpus),
    processes: Math.min(approved.processes, now.processes),
    workingFolderMb: Math.min(approved.workingFolderMb, now.workingFolderMb),
    outputMb: Math.min(approved.outputMb, now.outputMb),
  };
}
