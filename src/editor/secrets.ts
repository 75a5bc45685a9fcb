import type * as vscode from "vscode";
import type { Secrets } from "../host.ts";
import type { Redactor } from "../storage/redaction.ts";

/** VS Code's secret storage. Every secret that passes is kept out of the log from then on. */
export class EditorSecrets implements Secrets {
  private readonly storage: vscode.SecretStorage;
  private readonly redactor: Redactor;

  constructor(storage: vscode.SecretStorage, redactor: Redactor) {
    this.storage = storage;
    this.redactor = redactor;
  }

  async get(name: string): Promise<string | undefined> {
    const secret = await this.storage.get(name);
    if (secret !== undefined) this.redactor.learn(secret);
    return secret;
  }

  async store(name: string, value: string): Promise<void> {
    this.redactor.learn(value);
    await this.storage.store(name, value);
  }

  async delete(name: string): Promise<void> {
    await this.storage.delete(name);
  }
}
