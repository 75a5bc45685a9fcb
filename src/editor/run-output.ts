import * as vscode from "vscode";
import type { RequestId } from "../approval/decisions.ts";
import type { RunOutput } from "../python/executor.ts";
import type { AgentLink } from "./agent-link.ts";
import { FigureLinks } from "./figure-links.ts";
import type { House } from "./house.ts";
import { outputText } from "./output-text.ts";
import { TextTerminal } from "./text-terminal.ts";

/** A run may print without end; what a person reads does not. The notebook holds the rest. */
const MOST_CHARACTERS = 1_000_000;

/** What runs print, while they print it; figures are links to the files that they were saved in. */
export class RunOutputView implements vscode.Disposable {
  private readonly terminal = new TextTerminal("Countersign Run", "play");
  private readonly figures = new FigureLinks();
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
    this.figures.dispose();
    this.terminal.dispose();
  }

  private print({ requestId, output, figure }: RunOutput): void {
    if (requestId !== this.requestId) this.begin(requestId);
    const room = MOST_CHARACTERS - this.characters;
    if (room <= 0 && output.type !== "ended") return;
    const text = outputText(output, room, figure === undefined ? undefined : this.figures.add(figure));
    this.characters += text.length;
    this.terminal.write(text);
    if (room > 0 && this.characters >= MOST_CHARACTERS)
      this.terminal.write("\n[more output, see the notebook]\n");
  }

  private begin(requestId: RequestId): void {
    this.requestId = requestId;
    this.characters = 0;
    const subject = this.house.countersign?.approvals.get(requestId).action.subject ?? requestId;
    this.terminal.write(`\n— ${subject}\n`);
    this.terminal.show();
  }
}
