import type { AnswerSchema, AskOptions, LanguageModel, Message } from "./language-model.ts";
import { completionText } from "./completion.ts";
import { emptyAnswer, invalidAnswer, tooLong, unreachable } from "./model-errors.ts";
import { ModelServer, RequestRefused, type ModelServerOptions } from "./model-server.ts";
import { parseAnswer, schemaInstruction } from "./structured-answer.ts";

export interface OpenAiCompatibleOptions extends ModelServerOptions {
  /** As the server calls it. */
  readonly model: string;
  /** Tokens that a question may have; servers do not tell. */
  readonly maxInputTokens?: number;
}

/** How the server is asked for JSON, best first; a server that refuses one is asked in the next way from then on. */
const FORMATS = ["json_schema", "json_object", "prompt"] as const;

/** A model of any server that speaks OpenAI's chat completions: streaming, JSON by schema where the server can. */
export class OpenAiCompatibleModel implements LanguageModel {
  readonly name: string;
  readonly maxInputTokens: number;
  private readonly options: OpenAiCompatibleOptions;
  private readonly server: ModelServer;
  private format = 0;
  private lengthKey: "max_tokens" | "max_completion_tokens" = "max_tokens";

  constructor(options: OpenAiCompatibleOptions) {
    this.options = options;
    this.server = new ModelServer(options);
    this.name = `${options.model} (OpenAI-compatible)`;
    this.maxInputTokens = options.maxInputTokens ?? 32_000;
  }

  ask(options: AskOptions): Promise<string> {
    return this.adapting(() => this.complete(options.messages, options));
  }

  /** An answer that misses the schema is asked for once more, with what is wrong with it. */
  async askFor<T>(answer: AnswerSchema, options: AskOptions): Promise<T> {
    const first = await this.adapting(() => this.completeFor(answer, options.messages, options));
    const parsed = parseAnswer<T>(answer, first);
    if ("value" in parsed) return parsed.value;
    const messages = [
      ...options.messages,
      { role: "assistant", content: first },
      {
        role: "user",
        content: `That answer cannot be used: ${parsed.mistake}. Answer again, in the form asked for.`,
      },
      schemaInstruction(answer),
    ] satisfies Message[];
    const second = await this.adapting(() => this.completeFor(answer, messages, options));
    const repaired = parseAnswer<T>(answer, second);
    if ("value" in repaired) return repaired.value;
    throw invalidAnswer(this.name, repaired.mistake);
  }

  /** An estimate on the safe side: tokens of prose and code are longer than three bytes on average. */
  countTokens(text: string): Promise<number> {
    return Promise.resolve(Math.ceil(Buffer.byteLength(text) / 3));
  }

  private completeFor(
    answer: AnswerSchema,
    messages: readonly Message[],
    options: AskOptions,
  ): Promise<string> {
    const format = FORMATS[this.format];
    if (format === "json_schema") {
      const { name, description, schema } = answer;
      const response_format = { type: format, json_schema: { name, description, schema } };
      return this.complete(messages, options, { response_format });
    }
    const instructed = [schemaInstruction(answer), ...messages];
    return this.complete(
      instructed,
      options,
      format === "prompt" ? {} : { response_format: { type: format } },
    );
  }

  private async complete(messages: readonly Message[], options: AskOptions, extra = {}): Promise<string> {
    await this.fitting(messages);
    const length = options.maxOutputTokens === undefined ? {} : { [this.lengthKey]: options.maxOutputTokens };
    const body = { model: this.options.model, messages, stream: true, ...length, ...extra };
    const text = await this.server.exchange(
      this.name,
      "chat/completions",
      { method: "POST", body: JSON.stringify(body) },
      options.signal,
      (response, heard) => completionText(this.name, response, heard, options.onText),
    );
    if (text.trim() === "") throw emptyAnswer(this.name);
    return text;
  }

  private async fitting(messages: readonly Message[]): Promise<void> {
    const counts = await Promise.all(messages.map(({ content }) => this.countTokens(content)));
    const tokens = counts.reduce((sum, count) => sum + count, 0);
    if (tokens > this.maxInputTokens)
      throw tooLong(this.name, `about ${tokens} tokens of ${this.maxInputTokens}`);
  }

  /** Asks again where the server refused the way of asking and there is another; otherwise says what it refused. */
  private async adapting(ask: () => Promise<string>): Promise<string> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error;
        if (!this.adapt(error.message))
          throw invalidAnswer(this.name, `the server refused the question (${error.message})`);
      }
    }
  }

  private adapt(refusal: string): boolean {
    if (this.lengthKey === "max_tokens" && refusal.includes("max_completion_tokens")) {
      this.lengthKey = "max_completion_tokens";
      return true;
    }
    if (this.format >= FORMATS.length - 1 || !/response_format|json|schema|grammar/i.test(refusal))
      return false;
    this.format += 1;
    return true;
  }
}

/** Names of the models that a server offers, for connecting one. @throws as `LanguageModel` does */
export async function listModels(
  options: ModelServerOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const server = new ModelServer(options);
  const asker = `The server at ${server.origin}`;
  try {
    return await server.exchange(asker, "models", { method: "GET" }, signal, (response) =>
      idsOf(asker, response),
    );
  } catch (error) {
    throw error instanceof RequestRefused ? unreachable(asker, error.message, error) : error;
  }
}

async function idsOf(asker: string, response: Response): Promise<string[]> {
  const body = (await response.json().catch(() => undefined)) as { data?: unknown } | undefined;
  if (!Array.isArray(body?.data)) throw invalidAnswer(asker, "it lists no models");
  const ids = (body.data as { id?: unknown }[]).map(({ id }) => id);
  return ids.filter((id) => typeof id === "string").sort();
}
