import type {
  ApprovalMode,
  Configuration,
  ExecutionMode,
  GlobalMode,
  Limits,
  Modes,
} from "./configuration.ts";
import type { Layer } from "./merging.ts";

/** Validated, merged values as the type that the other rooms read. The schema guarantees each value's type. */
export function build(values: Layer): Configuration {
  const at = (path: string) => values.get(path);
  const capability = (name: string) => `approval.capabilities.${name}`;
  const execution = (name: string) => `framework.execution.${name}`;
  const container = (name: string) => `framework.container.${name}`;
  return {
    approval: {
      globalMode: at("approval.global_mode") as GlobalMode,
      pythonExecution: {
        enabled: at(capability("python_execution.enabled")) as boolean,
        mode: at(capability("python_execution.mode")) as ApprovalMode,
      },
      memory: { enabled: at(capability("memory.enabled")) as boolean },
    },
    execution: {
      method: at(execution("execution_method")) as "container" | "local",
      data: at(execution("data")) as readonly string[],
      epicsWritesEnabled: at(execution("epics.writes_enabled")) as boolean,
      modes: modes(values),
      defaultMode: defaultMode(values),
      limits: limits(values),
      runsFolder: at(execution("runs_folder")) as string,
    },
    container: {
      existingImage: at(container("existing_image")) as string | null,
      extraCaFile: at(container("extra_ca_file")) as string | null,
      buildArguments: at(container("build_arguments")) as Readonly<Record<string, string>>,
      buildNetwork: at(container("build_network")) as "default" | "host",
      poolSize: at(container("pool_size")) as number,
    },
    services: at("deployed_services") as readonly string[],
  };
}

/** A name that no mode has would leave code without a mode; the harmless one takes its place. */
function defaultMode(values: Layer): string {
  const named = values.get("framework.execution.default_mode") as string;
  return Object.hasOwn(modes(values), named) ? named : "read_only";
}

function modes(values: Layer): Modes {
  const prefix = "framework.execution.modes.";
  const names = [...values.keys()]
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split(".")[0] ?? "");
  const mode = (name: string): ExecutionMode => ({
    kernelName: values.get(`${prefix}${name}.kernel_name`) as string,
    allowsWrites: values.get(`${prefix}${name}.allows_writes`) as boolean,
    requiresApproval: values.get(`${prefix}${name}.requires_approval`) as boolean,
    gateway: null,
  });
  const named = Object.fromEntries([...new Set(names)].map((name) => [name, mode(name)]));
  return { read_only: mode("read_only"), ...named };
}

function limits(values: Layer): Limits {
  const limit = (name: string) => values.get(`framework.execution.limits.${name}`) as number;
  return {
    seconds: limit("seconds"),
    memoryMb: limit("memory_mb"),
    cpus: limit("cpus"),
    processes: limit("processes"),
    workingFolderMb: limit("working_folder_mb"),
  };
}
