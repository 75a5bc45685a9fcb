/** The text of a response up to `limit` bytes; what follows is not read. */
export async function boundedText(response: Response, limit: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return "";
  for await (const bytes of body) {
    pieces.push(bytes);
    length += bytes.length;
    if (length >= limit) break;
  }
  return Buffer.concat(pieces).subarray(0, limit).toString("utf8");
}
