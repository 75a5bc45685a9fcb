import type { Value } from "./key.ts";
export type ApprovalMode = "disabled" | "control_writes" | "effects" | "all_code";
export type GlobalMode = "disabled" | "selective" | "all_capabilities";

/** `countersign.yml` after validation, interpolation and tightening: every key has a value. */
export interface Configuration {
  readonly approval: {
    readonly globalMode: GlobalMode;
    readonly pythonExecution: { readonly enabled: boolean; readonly mode: ApprovalMode };
    readonly memory: { readonly enabled: boolean };
    /** Minutes that a request waits and an approval holds. */
    readonly expiresAfter: { readonly any: number; readonly controlWrite: number };
    /** Absolute path of the folder with a copy of the ledger; null keeps none. */
    readonly ledgerMirror: string | null;
  };
  readonly analysis: {
    /** What a facility's own modules do, by dotted name. */
    readonly modules: Readonly<Record<string, string>>;
    /** Effects besides those that are known, by dotted name. */
    readonly effects: Readonly<Record<string, string>>;
  };
  readonly generation: {
    /** Attempts that may fail by themselves. */
    readonly attempts: number;
    /** Tokens of one analysis, asked and answered. */
    readonly tokens: number;
  };
  readonly execution: {
    readonly method: "container" | "local" | "gateway";
    /** Somebody else's Jupyter server, for the method `gateway`. */
    readonly gateway: { readonly url: string | null; readonly caFile: string | null };
    /** The interpreter of local runs; null for the one that is found. */
    readonly local: { readonly interpreter: string | null };
    /** Data folders, relative to the workspace. */
    readonly data: readonly string[];
    readonly epicsWritesEnabled: boolean;
    /** What lies behind the control gateways, by their names. */
    readonly gateways: Readonly<Record<string, ControlGatewayTarget>>;
    /** `read_only` is built in. */
    readonly modes: Modes;
    readonly defaultMode: string;
    readonly limits: Limits;
    /** Where runs are kept, relative to the workspace. */
    readonly runsFolder: string;
    /** What is older, or more, is offered to be removed. */
    readonly retention: { readonly days: number; readonly megabytes: number };
  };
  readonly container: {
    /** Use this image instead of building one; null builds `framework.jupyter`. */
    readonly existingImage: string | null;
    /** Extra CA bundle for the build, absolute; null for none. */
    readonly extraCaFile: string | null;
    readonly buildArguments: Readonly<Record<string, string>>;
    /** Network of the image build: `default` or `host`. */
    readonly buildNetwork: "default" | "host";
    /** Warm sandboxes in reserve for each mode in use. */
    readonly poolSize: number;
    /** Without use for so long nothing is kept in reserve. */
    readonly poolIdleSeconds: number;
  };
  readonly services: readonly string[];
}

export type Modes = Readonly<Record<string, ExecutionMode>> & { readonly read_only: ExecutionMode };

export interface ExecutionMode {
  readonly kernelName: string;
  readonly allowsWrites: boolean;
  readonly requiresApproval: boolean;
  /** Name of a control gateway that is configured; null reaches no control system. */
  readonly gateway: string | null;
  /** Internal networks of the engine. */
  readonly networks: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Data folders, relative to the workspace. */
  readonly data: readonly string[];
  /** Of a run in this mode; none is more than that of every run. */
  readonly limits: Limits;
  /** An existing image of its own; null uses that of all modes. */
  readonly image: string | null;
}

/** A control system, or its own gateway, as a control gateway reaches it. */
export interface ControlGatewayTarget {
  /** Name or IPv4 address. */
  readonly address: string;
  /** Of its searches, UDP. */
  readonly port: number;
  /** Of the engine. */
  readonly network: string;
}

export interface Limits {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly cpus: number;
  readonly processes: number;
  readonly workingFolderMb: number;
  readonly outputMb: number;
}

/** A mistake in a configuration file, at its place. Lines and columns count from 1; the end is exclusive. */
export interface ConfigurationProblem {
  readonly severity: "error" | "warning" | "information";
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  /** The person's yes would be enough to make it count. */
  readonly mayBeAccepted?: true;
}

/** The configuration in force and what is wrong with the file it came from. A file with errors counts as strictest. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly problems: readonly ConfigurationProblem[];
  /** Absolute path of the file; it may not exist. */
  readonly file: string;
  /** Where the file asks for more than the person's own settings allow, and a yes of theirs would be enough. */
  readonly loosenings: readonly Loosening[];
}

/** A key that a workspace's file would have looser. */
export interface Loosening {
  readonly path: string;
  readonly inForce: Value;
  readonly asked: Value;
  /** What the key means. */
  readonly description: string;
}
