import { APPROVAL_KEYS } from "./approval-keys.ts";
import { EFFECT_NAMES } from "./effect-names.ts";
import { ABSOLUTE, limit } from "./accepts.ts";
import type { Accepts, Key } from "./key.ts";

/** A folder below the workspace; hidden ones (`.git`, `.vscode`) steer tools and are no place for data or runs. */
const FOLDER = /^(?![.\s])[^\\/:\p{Cc}]+(\/(?![.\s])[^\\/:\p{Cc}]+)*$/u;
const NAME = /^[A-Za-z0-9][\w.-]*$/;
const IMAGE = /^[a-z0-9][\w./:@-]*$/i;
const WEB_ADDRESS = /^https?:\/\/[^\s@]+$/;
/** A host's name or IPv4 address: Channel Access knows no other. */
const HOST = /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/;
const EFFECTS = new RegExp(`^(computes|(${EFFECT_NAMES.join("|")})( (${EFFECT_NAMES.join("|")}))*)$`);
const CLASSIFICATION: Accepts = {
  type: "text-map",
  what: `dotted names, each with effects (${EFFECT_NAMES.join(", ")}) or computes`,
  pattern: EFFECTS,
};

/** Limits of runs: name, what is accepted, default, and what it is of. */
const LIMITS: readonly (readonly [name: string, accepts: Accepts, value: number, what: string])[] = [
  ["seconds", limit("seconds", 1, 86_400), 300, "Time limit of a run"],
  ["memory_mb", limit("MB", 128, 1_048_576), 2048, "Memory of a run"],
  ["cpus", limit("CPUs", 0.1, 256, false), 2, "Processors of a run"],
  ["processes", limit("processes", 16, 32_768), 256, "Processes and threads of a run"],
  [
    "working_folder_mb",
    limit("MB", 1, 65_536),
    512,
    "Size of a run's working folder, and of what is collected from it",
  ],
  ["output_mb", limit("MB", 1, 65_536), 512, "Size of what a run prints and displays"],
];

/** Every key that means something. Validation, merging, the settings reference and completions all read this table. */
export const KEYS: readonly Key[] = [
  ...APPROVAL_KEYS,
  {
    path: "analysis.modules",
    accepts: CLASSIFICATION,
    merge: "user",
    default: {},
    description: "What modules of your facility do, by dotted name, so that they are known to the analysis",
  },
  {
    path: "analysis.effects",
    accepts: CLASSIFICATION,
    merge: "workspace",
    default: {},
    description: "Effects that functions have besides those that the analysis knows; makes nothing known",
  },
  {
    path: "environment_variables",
    accepts: { type: "texts", pattern: /^[A-Za-z_]\w*$/, what: "the name of a variable" },
    merge: "user",
    default: [],
    description:
      "Variables of this computer's environment that a configuration file may read; `.env` it may read anyway",
  },
  {
    path: "deployed_services",
    accepts: { type: "texts", pattern: /^\w[\w-]*(\.\w[\w-]*)*$/, what: "a service name" },
    merge: "workspace",
    default: ["framework.jupyter"],
    description: "Services of this workspace, by hierarchical name",
  },
  {
    path: "framework.generation.attempts",
    accepts: limit("attempts", 1, 10),
    merge: "minimum",
    default: 3,
    description:
      "Attempts at code that may fail by themselves before an analysis gives up; a person's revisions do not count",
  },
  {
    path: "framework.generation.tokens_per_analysis",
    accepts: limit("tokens", 1_000, 100_000_000),
    merge: "minimum",
    default: 200_000,
    description: "What an analysis may send to a model and get from it, as far as the model counts",
  },
  {
    path: "framework.execution.execution_method",
    accepts: { type: "choice", values: ["local", "gateway", "container"] },
    merge: "minimum",
    default: "container",
    description: "Where approved code runs; `local` has no isolation, and that of a `gateway` is not known",
  },
  {
    path: "framework.execution.local.interpreter",
    accepts: { type: "text", pattern: ABSOLUTE, what: "an absolute path" },
    merge: "user",
    default: null,
    description:
      "The Python of the method `local`: used as it is where it has a kernel gateway, else an environment is made with it",
  },
  {
    path: "framework.execution.gateway.url",
    accepts: { type: "text", pattern: WEB_ADDRESS, what: "an address that begins with https:// or http://" },
    merge: "user",
    default: null,
    description: "The Jupyter server, kernel gateway or enterprise gateway of the method `gateway`",
  },
  {
    path: "framework.execution.gateway.ca_file",
    accepts: { type: "text", pattern: ABSOLUTE, what: "an absolute path" },
    merge: "user",
    default: null,
    description: "CA certificates that are trusted for that server as well",
  },
  {
    path: "framework.execution.data",
    accepts: {
      type: "texts",
      folders: true,
      pattern: FOLDER,
      what: "a folder inside the workspace, relative and not hidden",
    },
    merge: "workspace",
    default: ["data"],
    description: "Folders that every sandbox may read",
  },
  {
    path: "framework.execution.runs_folder",
    accepts: {
      type: "text",
      folders: true,
      pattern: FOLDER,
      what: "a folder inside the workspace, relative and not hidden",
    },
    merge: "workspace",
    default: "analyses",
    description: "Where notebooks, figures and results are kept",
  },
  {
    path: "framework.execution.retention.days",
    accepts: limit("days", 1, 36_500),
    merge: "workspace",
    default: 90,
    description: "Age from which Remove Old Runs… offers to remove what a run left",
  },
  {
    path: "framework.execution.retention.megabytes",
    accepts: limit("MB", 1, 10_000_000),
    merge: "workspace",
    default: 5000,
    description: "Size of all runs together from which it offers to remove the oldest",
  },
  {
    path: "framework.execution.epics.writes_enabled",
    accepts: { type: "boolean" },
    merge: "and",
    default: false,
    description: "The operator's master switch for writing to control systems",
    guards: true,
  },
  {
    path: "framework.execution.epics.gateways.*.address",
    accepts: { type: "text", pattern: HOST, what: "a host's name or IPv4 address" },
    merge: "user",
    default: null,
    description: "The control system, or its own gateway, that lies behind the control gateway of this name",
  },
  {
    path: "framework.execution.epics.gateways.*.port",
    accepts: limit("", 1, 65_535),
    merge: "user",
    default: 5064,
    description: "The port at which it answers searches for channels",
  },
  {
    path: "framework.execution.epics.gateways.*.network",
    accepts: { type: "text", pattern: NAME, what: "the name of a network of the container engine" },
    merge: "user",
    default: "bridge",
    description: "The engine's network from which the control gateway reaches it",
  },
  {
    path: "framework.execution.default_mode",
    accepts: { type: "text", pattern: NAME, what: "the name of a mode" },
    merge: "user",
    default: "read_only",
    description: "The mode of code that names none",
  },
  {
    path: "framework.execution.modes.*.kernel_name",
    accepts: { type: "text", pattern: NAME, what: "the name of a kernel" },
    merge: "workspace",
    default: "python3-epics-readonly",
    description: "The kernel that runs the mode's code",
  },
  {
    path: "framework.execution.modes.*.allows_writes",
    accepts: { type: "boolean" },
    merge: "and",
    default: false,
    description: "Whether code in this mode may write to a control system",
    guards: true,
  },
  {
    path: "framework.execution.modes.*.requires_approval",
    accepts: { type: "boolean" },
    merge: "or",
    default: true,
    description: "Whether all code in this mode needs approval",
    guards: true,
  },
  {
    path: "framework.execution.modes.*.gateway",
    accepts: { type: "text", pattern: NAME, what: "the name of a control gateway" },
    merge: "user",
    default: null,
    description:
      "The control gateway through which code in this mode reaches a control system, where it is configured",
  },
  {
    path: "framework.execution.modes.*.networks",
    accepts: {
      type: "texts",
      pattern: NAME,
      what: "the name of an internal network of the container engine",
    },
    merge: "user",
    default: [],
    description:
      "Internal networks that code in this mode reaches; the engine may leave a way from them to this machine",
  },
  {
    path: "framework.execution.modes.*.data",
    accepts: {
      type: "texts",
      folders: true,
      pattern: FOLDER,
      what: "a folder inside the workspace, relative and not hidden",
    },
    merge: "workspace",
    default: null,
    description: "Folders that code in this mode may read, in place of those of framework.execution.data",
  },
  {
    path: "framework.execution.modes.*.image",
    accepts: { type: "text", pattern: IMAGE, what: "the name of an image" },
    merge: "user",
    default: null,
    description: "The existing image in which code in this mode runs, in place of that of all others",
  },
  {
    path: "framework.execution.modes.*.environment",
    accepts: { type: "text-map", what: "names with text values" },
    merge: "user",
    default: {},
    description: "Environment variables of the code in this mode; everybody who reads a request sees them",
  },
  ...LIMITS.map(([name, accepts, value, what]): Key => ({
    path: `framework.execution.limits.${name}`,
    accepts,
    merge: "minimum",
    default: value,
    description: what,
  })),
  ...LIMITS.map(([name, accepts, , what]): Key => ({
    path: `framework.execution.modes.*.limits.${name}`,
    accepts,
    merge: "minimum",
    default: null,
    description: `${what}, in this mode; never more than in all`,
  })),
  {
    path: "framework.container.existing_image",
    accepts: { type: "text", pattern: IMAGE, what: "the name of an image" },
    merge: "user",
    default: null,
    description: "Use this image instead of building one",
  },
  {
    path: "framework.container.extra_ca_file",
    accepts: { type: "text", pattern: ABSOLUTE, what: "an absolute path" },
    merge: "user",
    default: null,
    description: "CA certificates that the image build trusts as well",
  },
  {
    path: "framework.container.build_arguments",
    accepts: { type: "text-map", what: "names with text values" },
    merge: "user",
    default: {},
    description: "Arguments of the image build, such as a proxy or a package index",
  },
  {
    path: "framework.container.build_network",
    accepts: { type: "choice", values: ["host", "default"] },
    merge: "user",
    default: "default",
    description: "Network of the image build",
  },
  {
    path: "framework.container.pool_size",
    accepts: limit("sandboxes", 0, 8),
    merge: "minimum",
    default: 1,
    description: "Warm sandboxes in reserve for each mode in use",
  },
  {
    path: "framework.container.pool_idle_seconds",
    accepts: limit("seconds", 30, 86_400),
    merge: "minimum",
    default: 1800,
    description: "Time without use after which no sandbox is kept in reserve",
  },
];
