import * as vscode from "vscode";
import type { RequestId } from "../approval/decisions.ts";
import type { AgentLink, RunOutput } from "./agent-link.ts";
import type { House } from "./house.ts";
import { outputText } from "./output-text.ts";
import { TextTerminal } from "./text-terminal.ts";

/** A run may print without end; what a person reads does not. The notebook holds the rest. */
const MOST_CHARACTERS = 1_000_000;

/** What runs print, while they print it. */
export class RunOutputView implements vscode.Disposable {
  private readonly terminal = new TextTerminal("Countersign Run", "play");
  private readonly house: House;
  private readonly listener: vscode.Disposable;
  private requestId: RequestId | undefined;
  private characters = 0;

  constructor(house: House, link: AgentLink) {
    this.house = house;
    this.listener = link.onOutput((printed) => this.print(printed));
  }

  show(): void {
    this.terminal.show();
  }

  dispose(): void {
    this.listener.dispose();
    this.terminal.dispose();
  }

  private print({ requestId, output }: RunOutput): void {
    if (requestId !== this.requestId) this.begin(requestId);
    const text = outputText(output);
    if (this.characters > MOST_CHARACTERS && output.type !== "ended") return;
    this.characters += text.length;
    this.terminal.write(text);
    if (this.characters > MOST_CHARACTERS) this.terminal.write("\n[more output, see the notebook]\n");
  }

  private begin(requestId: RequestId): void {
    this.requestId = requestId;
    this.characters = 0;
    const subject = this.house.countersign?.approvals.get(requestId).action.subject ?? requestId;
    this.terminal.write(`\n— ${subject}\n`);
    this.terminal.show();
  }
}
