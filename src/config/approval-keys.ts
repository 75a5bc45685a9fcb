import { ABSOLUTE, limit } from "./accepts.ts";
import type { Key } from "./key.ts";

/** Requests and approvals can be made to hold for less, never for more. */
export const LONGEST_MINUTES = { any: 1_440, controlWrite: 5 };

/** What is asked about, how long a decision holds, and where the record of it is kept. */
export const APPROVAL_KEYS: readonly Key[] = [
  {
    path: "approval.global_mode",
    accepts: { type: "choice", values: ["disabled", "selective", "all_capabilities"] },
    merge: "minimum",
    default: "selective",
    description: "Whether approval follows each capability's own rule, is off, or is asked for everything",
    guards: true,
  },
  {
    path: "approval.capabilities.python_execution.enabled",
    accepts: { type: "boolean" },
    merge: "or",
    default: true,
    description: "Whether Python needs approval at all",
    guards: true,
  },
  {
    path: "approval.capabilities.python_execution.mode",
    accepts: {
      type: "choice",
      values: ["disabled", "control_writes", "effects", "all_code"],
      aliases: { epics_writes: "control_writes" },
    },
    merge: "minimum",
    default: "all_code",
    description: "Which Python needs approval: none, what writes to a control system, what has effects, all",
    guards: true,
  },
  {
    path: "approval.capabilities.memory.enabled",
    accepts: { type: "boolean" },
    merge: "or",
    default: true,
    description: "Whether a memory entry needs approval",
    guards: true,
  },
  {
    path: "approval.expires_after_minutes",
    accepts: limit("minutes", 1, LONGEST_MINUTES.any),
    merge: "minimum",
    default: LONGEST_MINUTES.any,
    description: "How long a request waits for a decision, and an approval holds",
  },
  {
    path: "approval.control_writes_expire_after_minutes",
    accepts: limit("minutes", 1, LONGEST_MINUTES.controlWrite),
    merge: "minimum",
    default: LONGEST_MINUTES.controlWrite,
    description:
      "The same for what writes to a control system, which nobody should approve of what it was earlier",
  },
  {
    path: "approval.ledger_mirror",
    accepts: { type: "text", pattern: ABSOLUTE, what: "an absolute path" },
    merge: "user",
    default: null,
    description: "Where a copy of the ledger is kept too, in signed segments, as it is written",
  },
];
