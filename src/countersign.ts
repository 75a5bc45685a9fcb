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
  agent(): Promise<Agent>;
  containers(): Promise<Containers>;
}
