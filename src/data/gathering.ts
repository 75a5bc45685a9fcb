import type { DataSource } from "./data-source.ts";
import { formatForModel } from "./format.ts";
import { retrieve } from "./retrieval.ts";

/** Part of a model's input that data and memory may fill. */
const SHARE = 0.4;

/**
 * What the sources say about a question, asked all at once, quoted for a model.
 * @param inputTokens what the model takes in all
 * @throws `cancelled`
 */
export async function gather(
  sources: readonly DataSource[],
  question: string,
  inputTokens: number,
  signal: AbortSignal,
): Promise<string> {
  return formatForModel(await retrieve(sources, { question }, signal), inputTokens * SHARE);
}
