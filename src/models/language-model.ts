export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A JSON schema (draft 2020-12) that the answer must satisfy, with a name that providers show. */
export interface AnswerSchema {
  readonly name: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface AskOptions {
  readonly messages: readonly Message[];
  readonly maxOutputTokens?: number;
  /** Hears the raw answer as it streams in, for progress only. */
  readonly onText?: (piece: string) => void;
  readonly signal: AbortSignal;
}

/**
 * A language model. Fails with `model-unreachable`, `model-refused-key`, `model-rate-limited`, `model-too-long`,
 * `model-answer-empty`, `model-answer-invalid` or `cancelled`.
 */
export interface LanguageModel {
  /** For people: `gpt-5 (OpenAI-compatible)`, `Demonstration (scripted)`. */
  readonly name: string;
  readonly maxInputTokens: number;
  /** A free answer, whole. */
  ask(options: AskOptions): Promise<string>;
  /** An answer that satisfies the schema, parsed and validated. */
  askFor<T>(answer: AnswerSchema, options: AskOptions): Promise<T>;
  countTokens(text: string): Promise<number>;
}

/** Chooses the model for the next question. @throws `model-missing` where none is connected */
export interface Models {
  current(): Promise<LanguageModel>;
}
