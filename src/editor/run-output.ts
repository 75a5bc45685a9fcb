import * as vscode from "vscode";
import type { RequestId } from "../approval/decisions.ts";
import type { AgentLink, RunOutput } from "./agent-link.ts";
import type { House } from "./house.ts";
import { outputText } from "./output-text.ts";

/** A run may print without end; what a person reads does not. The notebook holds the rest. */
const MOST_CHARACTERS = 1_000_000;

/** What runs print, as plain text: kernel output is untrusted, so no terminal ever interprets it. */
export class RunOutputChannel implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel("Countersign Run");
  private readonly house: House;
  private readonly listener: vscode.Disposable;
  private requestId: RequestId | undefined;
  private characters = 0;

  constructor(house: House, link: AgentLink) {
    this.house = house;
    this.listener = link.onOutput((printed) => this.print(printed));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.listener.dispose();
    this.channel.dispose();
  }

  private print({ requestId, output }: RunOutput): void {
    if (requestId !== this.requestId) this.begin(requestId);
    const text = outputText(output);
    if (this.characters > MOST_CHARACTERS && output.type !== "ended") return;
    this.characters += text.length;
    this.channel.append(text);
    if (this.characters > MOST_CHARACTERS) this.channel.appendLine("\n[more output, see the notebook]");
  }

  private begin(requestId: RequestId): void {
    this.requestId = requestId;
    this.characters = 0;
    const subject = this.house.countersign?.approvals.get(requestId).action.subject ?? requestId;
    this.channel.appendLine(`\n— ${subject}`);
    // Shown without focus: the person just approved this and looks for what it does.
    this.channel.show(true);
  }
}
