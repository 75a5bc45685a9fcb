import { request, type Agent, type IncomingMessage } from "node:http";
import { request as secureRequest } from "node:https";

/** Answers of the gateway's REST interface are small; a hostile kernel can write into the gateway. */
const MAX_BODY_BYTES = 1024 * 1024;

/** `fetch` over `node:http`, because the global one takes no `http.Agent`. */
export function fetchThrough(agent: Agent): typeof fetch {
  return async (input, init) => {
    const outgoing = new Request(input, init);
    const body = Buffer.from(await outgoing.arrayBuffer());
    const answer = await send(agent, outgoing, body);
    const content = await readBody(answer);
    const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    );
    const status = answer.statusCode ?? 500;
    return new Response(status === 204 || status === 304 ? null : content, { status, headers });
  };
}

function send(agent: Agent, outgoing: Request, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { ...Object.fromEntries(outgoing.headers), "content-length": body.length };
    const open = outgoing.url.startsWith("https:") ? secureRequest : request;
    const sent = open(
      outgoing.url,
      { agent, method: outgoing.method, headers, signal: outgoing.signal },
      resolve,
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

async function readBody(answer: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES)
      throw new Error(`the gateway's answer is longer than ${MAX_BODY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
