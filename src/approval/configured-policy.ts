import type { Configuration } from "../config/configuration.ts";
import type { Action, Json } from "./actions.ts";
import type { Assessment, EffectKind } from "./assessment.ts";
import type { Judgement, Policy } from "./policy.ts";
import { judgeByEffects } from "./verdict.ts";

/** What analysis cannot see through could hide a control write, so the mode `control_writes` asks for it as well. */
const COULD_HIDE_A_WRITE: readonly EffectKind[] = [
  "control-write",
  "dynamic",
  "native",
  "process",
  "deserialises",
  "introspects",
  "unknown-import",
];

/** The rules of `countersign.yml`. Only what is known to be allowed is; every other value of every key asks. */
export class ConfiguredPolicy implements Policy {
  private readonly configuration: Configuration;

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  judge(action: Action<Json>, assessment: Assessment): Judgement {
    if (assessment.refusal !== undefined) return { verdict: "refuse", reason: assessment.refusal };
    const { globalMode } = this.configuration.approval;
    if (globalMode === "all_capabilities")
      return ask("Everything asks (approval.global_mode: all_capabilities).");
    switch (action.kind) {
      case "python-run":
        return this.judgePython(action, assessment);
      case "memory-entry":
        return this.judgeMemory();
      default:
        return ask("This kind of action always asks.");
    }
  }

  private judgeMemory(): Judgement {
    const { globalMode, memory } = this.configuration.approval;
    const enabled: unknown = memory.enabled;
    if (globalMode === "disabled") return allow("Approval is switched off (approval.global_mode: disabled).");
    if (globalMode === "selective" && enabled === false)
      return allow("Approval of memory entries is switched off.");
    return ask("Memory entries ask.");
  }

  private judgePython(action: Action<Json>, assessment: Assessment): Judgement {
    return this.alwaysAsks(action, assessment) ?? this.judgeByMode(assessment);
  }

  /** What no setting lowers: no isolation, write access, a control write. */
  private alwaysAsks(action: Action<Json>, assessment: Assessment): Judgement | undefined {
    if (assessment.isolation.level !== "container")
      return ask("It would run without a container's isolation, so it asks whatever the configuration says.");
    const mode = this.executionMode(action);
    if (mode === undefined) return ask("Its execution mode is not one of the configuration.");
    if (mode.allowsWrites) return ask("Its execution mode may write to a control system.");
    if (mode.requiresApproval) return ask("Its execution mode requires approval.");
    if (assessment.effects.some((effect) => effect.kind === "control-write"))
      return ask("It writes to a control system.");
    const unseen = assessment.effects.find(({ kind }) => kind === "unknown-import");
    if (mode.gateway !== null && unseen !== undefined)
      return ask(`Its execution mode reaches a control system, and it ${unseen.summary}.`);
    return undefined;
  }

  private judgeByMode(assessment: Assessment): Judgement {
    const { globalMode, pythonExecution } = this.configuration.approval;
    // Compared with false and not with everything falsy: whatever else a broken configuration holds asks.
    const enabled: unknown = pythonExecution.enabled;
    if (globalMode === "disabled") return allow("Approval is switched off (approval.global_mode: disabled).");
    if (globalMode !== "selective")
      return ask("approval.global_mode is not a known value, so everything asks.");
    if (enabled === false || pythonExecution.mode === "disabled")
      return allow("Approval of Python runs is switched off.");
    if (pythonExecution.mode === "effects") return judgeByEffects(assessment);
    if (pythonExecution.mode === "control_writes") return judgeByControlWrites(assessment);
    return askUnlessGranted("All code asks (python_execution.mode: all_code).");
  }

  private executionMode(action: Action<Json>): Configuration["execution"]["modes"][string] | undefined {
    const { payload } = action;
    if (typeof payload !== "object" || payload === null || !("mode" in payload)) return undefined;
    const { modes } = this.configuration.execution;
    return typeof payload.mode === "string" && Object.hasOwn(modes, payload.mode)
      ? modes[payload.mode]
      : undefined;
  }
}

function judgeByControlWrites(assessment: Assessment): Judgement {
  const found = assessment.effects.find((effect) => COULD_HIDE_A_WRITE.includes(effect.kind));
  if (found === undefined) return allow("It writes to no control system.");
  return askUnlessGranted(`It ${found.summary}, and that could write to a control system.`);
}

function ask(reason: string): Judgement {
  return { verdict: "ask", reason };
}

function askUnlessGranted(reason: string): Judgement {
  return { verdict: "ask", reason, grantable: true };
}

function allow(reason: string): Judgement {
  return { verdict: "allow", reason };
}
