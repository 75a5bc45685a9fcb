/** An event of a model's answer is some words; a line beyond this is something else, and is not waited for. */
const LONGEST_LINE = 4_000_000;

/**
 * The `data:` payloads of a stream of server-sent events, in order. Comments and other fields are skipped.
 * @throws RangeError on a line without end
 */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new RangeError("an event without end");
    for (const line of lines) {
      const data = dataOf(line);
      if (data !== undefined) yield data;
    }
  }
  const last = dataOf(rest.trimEnd());
  if (last !== undefined) yield last;
}

function dataOf(line: string): string | undefined {
  return line.startsWith("data:") ? line.slice("data:".length).trimStart() : undefined;
}
