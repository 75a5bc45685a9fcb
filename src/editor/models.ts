import * as vscode from "vscode";
import { CountersignError } from "../errors.ts";
import type { Secrets } from "../host.ts";
import type { LanguageModel, Models } from "../models/language-model.ts";
import { CONTEXT } from "./command-ids.ts";
import { keyName, parseModelChoice, type ModelChoice } from "./model-choice.ts";
import { SECTION } from "./settings.ts";

/** The model that the person chose. Without a choice it is the Demonstration, which says how to connect one. */
export class EditorModels implements Models {
  private readonly secrets: Secrets;

  constructor(secrets: Secrets) {
    this.secrets = secrets;
  }

  /** The person's own choice; a workspace cannot make it. */
  choice(): ModelChoice | undefined {
    const section = vscode.workspace.getConfiguration(SECTION);
    return parseModelChoice(section.inspect("model")?.globalValue);
  }

  async choose(choice: ModelChoice): Promise<void> {
    const section = vscode.workspace.getConfiguration(SECTION);
    await section.update("model", choice, vscode.ConfigurationTarget.Global);
    this.announce();
  }

  /** Tells `when` clauses whether a model is connected. */
  announce(): void {
    const state = this.choice() === undefined ? "none" : "connected";
    void vscode.commands.executeCommand("setContext", CONTEXT.model, state);
  }

  async current(): Promise<LanguageModel> {
    const choice = this.choice() ?? { kind: "demonstration" };
    switch (choice.kind) {
      case "vscode":
        return await vscodeModel(choice.vendor, choice.id);
      case "openai-compatible":
        return await this.openAiCompatible(choice.url, choice.model);
      case "demonstration": {
        const { DemonstrationModel } = await import("../models/demonstration.ts");
        return new DemonstrationModel();
      }
    }
  }

  private async openAiCompatible(baseUrl: string, model: string): Promise<LanguageModel> {
    const { OpenAiCompatibleModel } = await import("../models/openai-compatible.ts");
    return new OpenAiCompatibleModel({
      baseUrl,
      model,
      key: (origin) => this.secrets.get(keyName(origin)),
    });
  }
}

async function vscodeModel(vendor: string, id: string): Promise<LanguageModel> {
  const [chat] = await vscode.lm.selectChatModels({ vendor, id });
  if (chat !== undefined) {
    const { VsCodeLanguageModel } = await import("./vscode-language-model.ts");
    return new VsCodeLanguageModel(chat);
  }
  throw new CountersignError("model-missing", {
    message: `VS Code no longer offers the model ${id} of ${vendor}.`,
    next: "Connect a model with Countersign: Connect a Model….",
  });
}
