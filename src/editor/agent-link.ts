import * as vscode from "vscode";
import type { Agent, Progress } from "../agent/agent.ts";
import type { Analysis, AnalysisId } from "../agent/analysis.ts";
import type { RunOutput } from "../python/executor.ts";
import type { House } from "./house.ts";

/** The agent, loaded when something needs it, with its events for surfaces that were there before it. */
export class AgentLink implements vscode.Disposable {
  private readonly house: House;
  private readonly changed = new vscode.EventEmitter<AnalysisId>();
  private readonly progressed = new vscode.EventEmitter<Progress>();
  private readonly printed = new vscode.EventEmitter<RunOutput>();
  private loading: Promise<Agent> | undefined;
  private loaded: Agent | undefined;
  readonly onDidChange = this.changed.event;
  readonly onProgress = this.progressed.event;
  readonly onOutput = this.printed.event;

  constructor(house: House) {
    this.house = house;
  }

  /** To ask it for something. @throws `workspace-untrusted`, and what `look` throws */
  async agent(): Promise<Agent> {
    await this.house.enter();
    return await this.look();
  }

  /** To see what was asked, which needs no trust. @throws why the workspace cannot be opened */
  async look(): Promise<Agent> {
    this.loading ??= this.load();
    try {
      return await this.loading;
    } catch (error) {
      this.loading = undefined;
      throw error;
    }
  }

  /** What is known without loading anything; empty before the agent is there. */
  analyses(limit: number): readonly Analysis[] {
    return this.loaded?.analyses(limit) ?? [];
  }

  dispose(): void {
    this.changed.dispose();
    this.progressed.dispose();
    this.printed.dispose();
  }

  private async load(): Promise<Agent> {
    const agent = await (await this.house.read()).agent();
    // The agent belongs to the house, which stops it; its listeners go with it.
    agent.onDidChange((id) => this.changed.fire(id));
    agent.onProgress((progress) => this.progressed.fire(progress));
    agent.onOutput((output) => this.printed.fire(output));
    this.loaded = agent;
    // What was decided or left in the middle while nobody ran goes on now.
    agent.resume();
    return agent;
  }
}
