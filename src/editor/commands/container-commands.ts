import * as vscode from "vscode";
import type { ContainerInfo } from "../../containers/engine.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { oneLine, withoutTerminalSequences } from "../plain-text.ts";

const TAIL = 1_000;
const STOP = "Stop";

/** Building, stopping and logs of the Containers view. */
export class ContainerCommands implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel("Countersign Containers");
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
        const text = withoutTerminalSequences(line);
        this.channel.appendLine(text);
        progress.report({ message: oneLine(text, 80) });
      };
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
    this.channel.appendLine(`— ${container.name}`);
    log.setEncoding("utf8");
    for await (const text of log) this.channel.append(withoutTerminalSequences(String(text)));
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
