import type { Value } from "./key.ts";

/** The modes that are there without being configured. */
export const BUILT_IN_MODES: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  read_only: {
    kernel_name: "python3-epics-readonly",
    allows_writes: false,
    requires_approval: false,
    gateway: "read_only",
  },
  simulation: {
    kernel_name: "python3-epics-readonly",
    allows_writes: false,
    requires_approval: false,
    gateway: "simulation",
  },
  write_access: {
    kernel_name: "python3-epics-write",
    allows_writes: true,
    requires_approval: true,
    gateway: "write_access",
  },
};
