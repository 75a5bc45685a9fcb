import * as vscode from "vscode";
import type { ContainerInfo } from "../../containers/engine.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { oneLine, withoutTerminalSequences } from "../plain-text.ts";
import { TextTerminal } from "../text-terminal.ts";

const STOP = "Stop";

/** Building, stopping and logs of the Containers view. */
export class ContainerCommands implements vscode.Disposable {
  private readonly terminal = new TextTerminal("Countersign Containers", "server-environment");
  private readonly house: House;
  private readonly dialogs: Dialogs;
  private following = new AbortController();

  constructor(house: House, dialogs: Dialogs) {
    this.house = house;
    this.dialogs = dialogs;
  }

  async build(): Promise<void> {
    const containers = await (await this.house.enter()).containers();
    const location = vscode.ProgressLocation.Notification;
    const options = { location, title: "Building the image", cancellable: true };
    await vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const hear = (line: string) => {
        this.terminal.write(`${line}\n`);
        progress.report({ message: oneLine(withoutTerminalSequences(line), 80) });
      };
      this.terminal.show();
      await containers.ensureSandboxImage(null, hear, controller.signal);
    });
  }

  async stop(container: ContainerInfo): Promise<void> {
    const question = `Stop ${container.name}? A run in it ends at once and its results are lost.`;
    if ((await this.dialogs.warn(question, STOP)) !== STOP) return;
    await (await (await this.house.enter()).containers()).stop(container.id);
  }

  /** Follows one container's log: until it ends, or another one is asked for. */
  async showLogs(container: ContainerInfo): Promise<void> {
    const containers = await (await this.house.enter()).containers();
    this.following.abort();
    this.following = new AbortController();
    this.terminal.write(`\n— ${container.name}\n`);
    this.terminal.show();
    await containers.logs(container.id, (text) => this.terminal.write(text), this.following.signal);
  }

  dispose(): void {
    this.following.abort();
    this.terminal.dispose();
  }
}
