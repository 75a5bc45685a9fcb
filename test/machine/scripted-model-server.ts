import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";

/** A chat request as it came over the wire. */
export interface ScriptedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Name of the schema asked for by `response_format`, where it was. */
  readonly schema: string | undefined;
  readonly format: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the server does with one request. */
export type Behaviour =
  /** Streams this text in pieces; JSON where it is no string. */
  | { readonly answer: unknown }
  | { readonly answer: unknown; readonly whole: true }
  /** An HTTP error with OpenAI's body. */
  | {
      readonly status: number;
      readonly message: string;
      readonly code?: string;
      readonly headers?: Record<string, string>;
    }
  /** Begins to stream, then closes the connection. */
  | { readonly drop: string }
  /** Begins to stream, then says nothing more until the client goes. */
  | { readonly silence: string }
  /** Sends this body as it is. */
  | { readonly raw: string; readonly type: string };

export interface ScriptedServerOptions {
  /** Decides for each request; `ScriptedModelServer.next` goes before it. */
  readonly script?: (request: ScriptedRequest) => Behaviour;
  /** Every other key is refused with 401. */
  readonly key?: string;
  /** Ways of asking for JSON that are refused with 400: `json_schema`, `json_object`. */
  readonly refusedFormats?: readonly string[];
  readonly models?: readonly string[];
  /** Milliseconds before each piece of a stream. */
  readonly pace?: number;
}

/** A real HTTP server that speaks OpenAI's protocol with scripted answers; no language model is behind it. */
export class ScriptedModelServer {
  readonly requests: ScriptedRequest[] = [];
  private readonly queue: Behaviour[] = [];
  private readonly options: ScriptedServerOptions;
  private readonly server: Server;

  private constructor(options: ScriptedServerOptions) {
    this.options = options;
    this.server = createServer((request, response) => {
      this.handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: ScriptedServerOptions = {}): Promise<ScriptedModelServer> {
    const scripted = new ScriptedModelServer(options);
    await new Promise<void>((resolve) => scripted.server.listen(0, "127.0.0.1", resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Queues what the next requests get, one each. */
  next(...behaviours: Behaviour[]): void {
    this.queue.push(...behaviours);
  }

  async dispose(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (this.options.key !== undefined && request.headers.authorization !== `Bearer ${this.options.key}`) {
      refuse(response, 401, `Incorrect API key provided: ${request.headers.authorization?.slice(7) ?? ""}`);
    } else if (request.url === "/v1/models") {
      const data = (this.options.models ?? ["scripted"]).map((id) => ({ id, object: "model" }));
      json(response, 200, { object: "list", data });
    } else if (request.url === "/v1/chat/completions" && request.method === "POST") {
      await this.complete(recorded(request, body), response);
    } else {
      refuse(response, 404, `no such path: ${request.url ?? ""}`);
    }
  }

  private async complete(request: ScriptedRequest, response: ServerResponse): Promise<void> {
    this.requests.push(request);
    if (request.format !== undefined && this.options.refusedFormats?.includes(request.format)) {
      refuse(response, 400, `response_format.type ${request.format} is not supported`);
      return;
    }
    const scripted = this.queue.shift() ?? this.options.script?.(request);
    await this.behave(scripted ?? { answer: "I have no script for this." }, response);
  }

  private async behave(behaviour: Behaviour, response: ServerResponse): Promise<void> {
    if ("status" in behaviour) {
      refuse(response, behaviour.status, behaviour.message, behaviour.code, behaviour.headers);
    } else if ("raw" in behaviour) {
      response.writeHead(200, { "content-type": behaviour.type }).end(behaviour.raw);
    } else if ("drop" in behaviour) {
      await this.stream(response, behaviour.drop);
      response.destroy();
    } else if ("silence" in behaviour) {
      await this.stream(response, behaviour.silence);
      await new Promise((resolve) => response.once("close", resolve));
    } else {
      const content =
        typeof behaviour.answer === "string" ? behaviour.answer : JSON.stringify(behaviour.answer);
      if ("whole" in behaviour)
        json(response, 200, { choices: [{ message: { role: "assistant", content } }] });
      else await this.finish(response, content);
    }
  }

  private async finish(response: ServerResponse, content: string): Promise<void> {
    await this.stream(response, content);
    response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }));
    response.end("data: [DONE]\n\n");
  }

  /** Pieces end in the middle of words, of multi-byte characters and of lines, as real ones do. */
  private async stream(response: ServerResponse, content: string): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": scripted\n\n");
    response.write(event({ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] }));
    for (const piece of content.match(/[\s\S]{1,7}/g) ?? []) {
      const bytes = Buffer.from(event({ choices: [{ index: 0, delta: { content: piece } }] }));
      if (this.options.pace !== undefined) await sleep(this.options.pace);
      response.write(bytes.subarray(0, bytes.length - 9));
      response.write(bytes.subarray(bytes.length - 9));
    }
  }
}

function recorded(request: IncomingMessage, text: string): ScriptedRequest {
  const body = JSON.parse(text) as Record<string, unknown>;
  const asked = body.response_format as { type: string; json_schema?: { name: string } } | undefined;
  return {
    path: request.url ?? "",
    authorization: request.headers.authorization,
    model: body.model as string,
    messages: body.messages as ScriptedRequest["messages"],
    schema: asked?.json_schema?.name,
    format: asked?.type,
    body,
  };
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  code?: string,
  headers?: Record<string, string>,
): void {
  json(response, status, { error: { message, type: "scripted", code: code ?? null } }, headers);
}
