import { boundedText } from "./bounded-text.ts";
import { invalidAnswer, unreachable } from "./model-errors.ts";
import { eventData } from "./server-sent-events.ts";

interface Chunk {
  readonly error?: { readonly message?: string } | string | null;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly message?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
}

/** Beyond any program that a person could read. */
const LONGEST_ANSWER = 2_000_000;

/**
 * The text of a chat completion, streamed or whole (some servers do not stream).
 * @throws `model-unreachable` where the stream broke off before its end, `model-answer-invalid`
 */
export async function completionText(
  asker: string,
  response: Response,
  heard: () => void,
  onText: (piece: string) => void = () => undefined,
): Promise<string> {
  if (!(response.headers.get("content-type") ?? "").includes("event-stream")) {
    const whole = contentOf(chunkOf(asker, await boundedText(response, 4 * LONGEST_ANSWER)));
    onText(whole);
    return whole;
  }
  const stream = new Stream(asker, onText);
  for await (const data of eventData(listening(response, heard))) {
    stream.take(data);
    if (stream.ended) return stream.text;
  }
  if (!stream.finished) throw unreachable(asker, "the connection broke off in the middle of an answer");
  return stream.text;
}

class Stream {
  text = "";
  /** A reason to finish was given; some servers then never say `[DONE]`. */
  finished = false;
  ended = false;
  private readonly asker: string;
  private readonly onText: (piece: string) => void;

  constructor(asker: string, onText: (piece: string) => void) {
    this.asker = asker;
    this.onText = onText;
  }

  take(data: string): void {
    if (data === "[DONE]") {
      this.ended = true;
      return;
    }
    const chunk = chunkOf(this.asker, data);
    const piece = contentOf(chunk);
    this.text += piece;
    if (piece !== "") this.onText(piece);
    if (this.text.length > LONGEST_ANSWER) throw invalidAnswer(this.asker, "it does not end");
    if (chunk.choices?.[0]?.finish_reason) this.finished = true;
  }
}

async function* listening(response: Response, heard: () => void): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  for await (const bytes of response.body) {
    heard();
    yield bytes;
  }
}

function chunkOf(asker: string, data: string): Chunk {
  const chunk = parsed(data);
  if (chunk === undefined) throw invalidAnswer(asker, "what it sent is not its protocol");
  const { error } = chunk;
  if (error === undefined || error === null) return chunk;
  const said = typeof error === "string" ? error : (error.message ?? "an error");
  throw unreachable(asker, `it gave up with "${said}"`);
}

function parsed(data: string): Chunk | undefined {
  try {
    const value = JSON.parse(data) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function contentOf(chunk: Chunk): string {
  const choice = chunk.choices?.[0];
  return choice?.delta?.content ?? choice?.message?.content ?? "";
}
