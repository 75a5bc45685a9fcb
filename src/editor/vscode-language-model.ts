import * as vscode from "vscode";
import { cancelled, CountersignError, type ErrorCode } from "../errors.ts";
import type { AnswerSchema, AskOptions, LanguageModel, Message } from "../models/language-model.ts";
import { emptyAnswer, invalidAnswer, tooLong } from "../models/model-errors.ts";
import { parseAnswer } from "../models/structured-answer.ts";

/** A model of VS Code's. It has no answers by JSON schema, so a structured answer is one tool call that it must make. */
export class VsCodeLanguageModel implements LanguageModel {
  private readonly chat: vscode.LanguageModelChat;

  constructor(chat: vscode.LanguageModelChat) {
    this.chat = chat;
  }

  get name(): string {
    return `${this.chat.name} (VS Code, ${this.chat.vendor})`;
  }

  get maxInputTokens(): number {
    return this.chat.maxInputTokens;
  }

  async ask(options: AskOptions): Promise<string> {
    const { text } = await this.send(options, {});
    if (text.trim() === "") throw emptyAnswer(this.name);
    return text;
  }

  async askFor<T>(answer: AnswerSchema, options: AskOptions): Promise<T> {
    const { name, description, schema } = answer;
    const reply = await this.send(options, {
      tools: [{ name, description, inputSchema: schema }],
      toolMode: vscode.LanguageModelChatToolMode.Required,
    });
    // Some models answer a forced tool call with the JSON itself.
    const text = reply.call === undefined ? reply.text : JSON.stringify(reply.call);
    if (text.trim() === "") throw emptyAnswer(this.name);
    const parsed = parseAnswer<T>(answer, text);
    if ("mistake" in parsed) throw invalidAnswer(this.name, parsed.mistake);
    return parsed.value;
  }

  async countTokens(text: string): Promise<number> {
    return await this.chat.countTokens(text);
  }

  private async send(
    { messages, maxOutputTokens, onText, signal }: AskOptions,
    request: vscode.LanguageModelChatRequestOptions,
  ): Promise<Reply> {
    const source = new vscode.CancellationTokenSource();
    const abort = () => source.cancel();
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      await this.refuseTooLong(messages);
      const modelOptions =
        maxOutputTokens === undefined ? {} : { modelOptions: { max_tokens: maxOutputTokens } };
      const sent = await this.chat.sendRequest(
        chatMessages(messages),
        {
          ...request,
          ...modelOptions,
          justification: "Countersign asks for Python that answers your question.",
        },
        source.token,
      );
      const reply = await collect(sent, onText);
      signal.throwIfAborted();
      return reply;
    } catch (error) {
      throw signal.aborted ? cancelled("The question to the model") : typedError(error, this.name);
    } finally {
      signal.removeEventListener("abort", abort);
      source.dispose();
    }
  }

  private async refuseTooLong(messages: readonly Message[]): Promise<void> {
    const counts = await Promise.all(messages.map(({ content }) => this.chat.countTokens(content)));
    const tokens = counts.reduce((sum, count) => sum + count, 0);
    if (tokens <= this.maxInputTokens) return;
    throw tooLong(this.name, `${tokens} tokens, where it takes ${this.maxInputTokens}`);
  }
}

interface Reply {
  readonly text: string;
  /** Input of the tool call, where there was one. */
  readonly call?: unknown;
}

async function collect(
  response: vscode.LanguageModelChatResponse,
  onText: AskOptions["onText"],
): Promise<Reply> {
  let text = "";
  let call: unknown;
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) {
      text += part.value;
      onText?.(part.value);
    }
    if (part instanceof vscode.LanguageModelToolCallPart) call ??= part.input;
  }
  return { text, call };
}

/** VS Code knows no system role: what would be one opens the conversation as the user's. */
function chatMessages(messages: readonly Message[]): vscode.LanguageModelChatMessage[] {
  return messages.map(({ role, content }) =>
    role === "assistant"
      ? vscode.LanguageModelChatMessage.Assistant(content)
      : vscode.LanguageModelChatMessage.User(content),
  );
}

function typedError(error: unknown, model: string): CountersignError {
  if (error instanceof CountersignError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.LanguageModelError ? error.code : "";
  const [typed, next] = LANGUAGE_MODEL_ERRORS[code] ?? UNREACHABLE;
  return new CountersignError(typed, { message: `${model} did not answer: ${text}`, next, cause: error });
}

const UNREACHABLE: readonly [ErrorCode, string] = [
  "model-unreachable",
  "Check that the model's extension works, or connect another model.",
];
const LANGUAGE_MODEL_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  NoPermissions: ["model-refused-key", "Allow Countersign to use this model, or connect another one."],
  NotFound: ["model-missing", "Connect a model with Countersign: Connect a Model…."],
  Blocked: ["model-rate-limited", "Wait a while, or connect another model."],
};
