import * as vscode from "vscode";
import type { Log } from "../host.ts";
import type { Redactor } from "../storage/redaction.ts";

/** The one log, redacted where it is written. */
export class EditorLog implements Log, vscode.Disposable {
  private readonly channel: vscode.LogOutputChannel;
  private readonly redactor: Redactor;

  constructor(redactor: Redactor) {
    this.channel = vscode.window.createOutputChannel("Countersign", { log: true });
    this.redactor = redactor;
  }

  debug(message: string, detail?: unknown): void {
    this.channel.debug(this.line(message, detail));
  }

  info(message: string, detail?: unknown): void {
    this.channel.info(this.line(message, detail));
  }

  warn(message: string, detail?: unknown): void {
    this.channel.warn(this.line(message, detail));
  }

  error(message: string, detail?: unknown): void {
    this.channel.error(this.line(message, detail));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }

  private line(message: string, detail: unknown): string {
    return this.redactor.redact(detail === undefined ? message : `${message} ${describe(detail)}`);
  }
}

function describe(detail: unknown): string {
  if (detail instanceof Error) return detail.stack ?? detail.message;
  return typeof detail === "string" ? detail : JSON.stringify(detail);
}
