import type { Readable } from "node:stream";

const LINE_FEED = 10;

/**
 * The lines of a stream of UTF-8 text, byte for byte: each with its line feed, where it has one. A byte order mark stays where
 * it is, and bytes that are no UTF-8 are told from the text that replaces them.
 */
export async function* exactLines(stream: Readable): AsyncGenerator<string> {
  let partial: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield decoded(Buffer.concat([...partial, chunk.subarray(start, end + 1)]));
      partial = [];
      start = end + 1;
    }
    if (start < chunk.length) partial.push(chunk.subarray(start));
  }
  if (partial.length > 0) yield decoded(Buffer.concat(partial));
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "(no UTF-8)";
  }
}
