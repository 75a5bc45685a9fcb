import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** The lines of a stream of UTF-8 text, the last one too if nothing ends it. Fails as the stream fails. */
export async function* lines(stream: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let partial = "";
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const pieces = (partial + decoder.write(chunk)).split("\n");
    partial = pieces.pop() ?? "";
    yield* pieces;
  }
  partial += decoder.end();
  if (partial !== "") yield partial;
}
