import * as vscode from "vscode";
import type { Secrets } from "../../host.ts";
import type { Choice } from "../choices.ts";
import type { Dialogs } from "../dialogs.ts";
import { keyName, mistakeInUrl, type ModelChoice } from "../model-choice.ts";
import type { EditorModels } from "../models.ts";

export interface ConnectModelParts {
  readonly dialogs: Dialogs;
  readonly secrets: Secrets;
  readonly models: EditorModels;
}

type Pick = ModelChoice | "server";

/** Lets the person choose who writes Python. */
export async function connectModel(parts: ConnectModelParts): Promise<void> {
  const picked = await parts.dialogs.pick(
    "Connect a Model",
    "Who writes the Python? Whatever it writes, you decide what runs.",
    await choices(),
  );
  if (picked === undefined) return;
  const choice = picked === "server" ? await askServer(parts) : picked;
  if (choice === undefined) return;
  await parts.models.choose(choice);
  const model = await parts.models.current();
  void parts.dialogs.inform(`Countersign now asks ${model.name}.`);
}

async function choices(): Promise<readonly Choice<Pick>[]> {
  const chats = await vscode.lm.selectChatModels({});
  return [
    ...chats.map(({ name, vendor, id, maxInputTokens }) => ({
      label: name,
      description: `VS Code, ${vendor}`,
      detail: `Reads up to ${maxInputTokens} tokens`,
      value: { kind: "vscode", vendor, id } as const,
    })),
    {
      label: "OpenAI-compatible server…",
      description: "address, model name and key",
      detail: "OpenAI, vLLM, Ollama, llama.cpp, LM Studio and others",
      value: "server" as const,
    },
    {
      label: "Demonstration",
      description: "scripted, no network",
      detail: "Answers the questions of the sample workspace and no others",
      value: { kind: "demonstration" } as const,
    },
  ];
}

async function askServer({ dialogs, secrets }: ConnectModelParts): Promise<ModelChoice | undefined> {
  const url = await dialogs.text({
    title: "Connect a Model (1 of 3)",
    prompt: "Address of the server",
    placeholder: "https://api.openai.com/v1",
    validate: mistakeInUrl,
  });
  if (url === undefined) return undefined;
  const model = await dialogs.text({
    title: "Connect a Model (2 of 3)",
    prompt: "Name of the model, as the server knows it",
    validate: (text) => (text.trim() === "" ? "Give the name of a model." : undefined),
  });
  if (model === undefined) return undefined;
  const origin = new URL(url).origin;
  const key = await dialogs.text({
    title: "Connect a Model (3 of 3)",
    prompt: `Key for ${origin}. It is kept in the secret storage and sent nowhere else. Leave it empty if there is none.`,
    password: true,
  });
  if (key === undefined) return undefined;
  if (key === "") await secrets.delete(keyName(url));
  else await secrets.store(keyName(url), key);
  return { kind: "openai-compatible", url, model: model.trim() };
}
