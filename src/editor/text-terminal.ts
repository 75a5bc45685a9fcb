import * as vscode from "vscode";
import { withoutTerminalSequences } from "./plain-text.ts";

/** What a person reads back is bounded; what came before is in the notebook or in the engine's own log. */
const KEPT_CHARACTERS = 200_000;

/**
 * A terminal that only shows text. Everything is untrusted, so no escape sequence reaches the terminal. It is opened
 * when it is first shown, and again after the person closed it.
 */
export class TextTerminal implements vscode.Disposable {
  private readonly name: string;
  private readonly icon: string;
  private readonly wrote = new vscode.EventEmitter<string>();
  private readonly closing: vscode.Disposable;
  private terminal: vscode.Terminal | undefined;
  private isOpen = false;
  private kept = "";

  constructor(name: string, icon: string) {
    this.name = name;
    this.icon = icon;
    this.closing = vscode.window.onDidCloseTerminal((closed) => {
      if (closed !== this.terminal) return;
      this.terminal = undefined;
      this.isOpen = false;
    });
  }

  write(text: string): void {
    const plain = withoutTerminalSequences(text).replace(/\r?\n/g, "\r\n");
    this.kept = (this.kept + plain).slice(-KEPT_CHARACTERS);
    if (this.isOpen) this.wrote.fire(plain);
  }

  /** Brings it up without taking the focus. */
  show(): void {
    this.terminal ??= vscode.window.createTerminal({
      name: this.name,
      iconPath: new vscode.ThemeIcon(this.icon),
      isTransient: true,
      pty: {
        onDidWrite: this.wrote.event,
        open: () => {
          this.isOpen = true;
          this.wrote.fire(this.kept);
        },
        close: () => (this.isOpen = false),
      },
    });
    this.terminal.show(true);
  }

  dispose(): void {
    this.closing.dispose();
    this.terminal?.dispose();
    this.wrote.dispose();
  }
}
