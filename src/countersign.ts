import type { Agent } from "./agent/agent.ts";
import type { Approvals } from "./approval/approvals.ts";
import type { LoadedConfiguration } from "./config/configuration.ts";
import type { Containers } from "./containers/containers.ts";
import type { Disposable, Event } from "./host.ts";
import type { Memory } from "./memory/memory.ts";

/** The parts of one workspace, built once by a door. Heavy rooms load on first use. */
export interface Countersign extends Disposable {
  readonly configuration: LoadedConfiguration;
  readonly onDidChangeConfiguration: Event<LoadedConfiguration>;
  readonly approvals: Approvals;
  readonly memory: Memory;
  /** Spans of Python to colour, in UTF-16 offsets, ordered and disjoint; `class` names a syntax class (`keyword`, `string`). */
  highlight(
    code: string,
  ): Promise<readonly { readonly start: number; readonly end: number; readonly class: string }[]>;
  agent(): Promise<Agent>;
  containers(): Promise<Containers>;
}
