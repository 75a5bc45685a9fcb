import type {
  ApprovalMode,
  Configuration,
  ControlGatewayTarget,
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
      expiresAfter: {
        any: at("approval.expires_after_minutes") as number,
        controlWrite: at("approval.control_writes_expire_after_minutes") as number,
      },
      ledgerMirror: at("approval.ledger_mirror") as string | null,
    },
    analysis: {
      modules: at("analysis.modules") as Readonly<Record<string, string>>,
      effects: at("analysis.effects") as Readonly<Record<string, string>>,
    },
    generation: {
      attempts: at("framework.generation.attempts") as number,
      tokens: at("framework.generation.tokens_per_analysis") as number,
    },
    execution: {
      method: at(execution("execution_method")) as Configuration["execution"]["method"],
      gateway: {
        url: at(execution("gateway.url")) as string | null,
        caFile: at(execution("gateway.ca_file")) as string | null,
      },
      local: { interpreter: at(execution("local.interpreter")) as string | null },
      data: at(execution("data")) as readonly string[],
      epicsWritesEnabled: at(execution("epics.writes_enabled")) as boolean,
      gateways: gateways(values),
      modes: modes(values),
      defaultMode: defaultMode(values),
      limits: limits(values),
      runsFolder: at(execution("runs_folder")) as string,
      retention: {
        days: at(execution("retention.days")) as number,
        megabytes: at(execution("retention.megabytes")) as number,
      },
    },
    container: {
      existingImage: at(container("existing_image")) as string | null,
      extraCaFile: at(container("extra_ca_file")) as string | null,
      buildArguments: at(container("build_arguments")) as Readonly<Record<string, string>>,
      buildNetwork: at(container("build_network")) as "default" | "host",
      poolSize: at(container("pool_size")) as number,
      poolIdleSeconds: at(container("pool_idle_seconds")) as number,
    },
    services: at("deployed_services") as readonly string[],
  };
}

/** A name that no mode has would leave code without a mode; the harmless one takes its place. */
function defaultMode(values: Layer): string {
  const named = values.get("framework.execution.default_mode") as string;
  return Object.hasOwn(modes(values), named) ? named : "read_only";
}

const MODES = "framework.execution.modes.";
const GATEWAYS = "framework.execution.epics.gateways.";

function modes(values: Layer): Modes {
  const reachable = gateways(values);
  const mode = (name: string): ExecutionMode => {
    const at = (leaf: string) => values.get(`${MODES}${name}.${leaf}`);
    const gateway = at("gateway") as string | null;
    return {
      kernelName: at("kernel_name") as string,
      allowsWrites: at("allows_writes") as boolean,
      requiresApproval: at("requires_approval") as boolean,
      gateway: gateway !== null && Object.hasOwn(reachable, gateway) ? gateway : null,
      networks: at("networks") as readonly string[],
      environment: at("environment") as Readonly<Record<string, string>>,
      data: (at("data") ?? values.get("framework.execution.data")) as readonly string[],
      limits: limits(values, (leaf) => at(`limits.${leaf}`) as number | null),
      image: at("image") as string | null,
    };
  };
  const named = Object.fromEntries(namesBelow(values, MODES).map((name) => [name, mode(name)]));
  return { read_only: mode("read_only"), ...named };
}

/** One without an address leads nowhere and is left out. */
function gateways(values: Layer): Readonly<Record<string, ControlGatewayTarget>> {
  const target = (name: string) => ({
    address: values.get(`${GATEWAYS}${name}.address`) as string | null,
    port: values.get(`${GATEWAYS}${name}.port`) as number,
    network: values.get(`${GATEWAYS}${name}.network`) as string,
  });
  const all = namesBelow(values, GATEWAYS).map((name) => [name, target(name)] as const);
  return Object.fromEntries(
    all.filter((entry): entry is [string, ControlGatewayTarget] => entry[1].address !== null),
  );
}

function namesBelow(values: Layer, prefix: string): readonly string[] {
  const below = [...values.keys()].filter((path) => path.startsWith(prefix));
  return [...new Set(below.map((path) => path.slice(prefix.length).split(".")[0] ?? ""))];
}

/** Where a mode says less than what holds for all, that. */
function limits(values: Layer, own: (name: string) => number | null = () => null): Limits {
  const limit = (name: string) => {
    const all = values.get(`framework.execution.limits.${name}`) as number;
    return Math.min(all, own(name) ?? all);
  };
  return {
    seconds: limit("seconds"),
    memoryMb: limit("memory_mb"),
    cpus: limit("cpus"),
    processes: limit("processes"),
    workingFolderMb: limit("working_folder_mb"),
    outputMb: limit("output_mb"),
  };
}
