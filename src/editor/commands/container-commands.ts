import * as vscode from "vscode";
import type { ContainerInfo } from "../../containers/engine.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { oneLine, withoutTerminalSequences } from "../plain-text.ts";
import { TextTerminal } from "../text-terminal.ts";

const TAIL = 1_000;
const STOP = "Stop";

/** Building, stopping and logs of the Containers view. */
export class ContainerCommands implements vscode.Disposable {
  private readonly terminal = new TextTerminal("Countersign Containers", "server-environment");
  private readonly house: House;
  private readonly dialogs: Dialogs;

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
      await containers.ensureSandboxImage(hear, controller.signal);
    });
  }

  async stop(container: ContainerInfo): Promise<void> {
    const question = `Stop ${container.name}? A run in it ends at once and its results are lost.`;
    if ((await this.dialogs.warn(question, STOP)) !== STOP) return;
    const containers = await (await this.house.enter()).containers();
    await (await containers.engine()).kill(container.id);
  }

  async showLogs(container: ContainerInfo): Promise<void> {
    const containers = await (await this.house.enter()).containers();
    const engine = await containers.engine();
    const log = await engine.logs(container.id, { tail: TAIL, follow: false }, new AbortController().signal);
    this.terminal.write(`\n— ${container.name}\n`);
    this.terminal.show();
    log.setEncoding("utf8");
    for await (const text of log) this.terminal.write(String(text));
  }

  dispose(): void {
    this.terminal.dispose();
  }
}
