import { once } from "node:events";
import { Agent, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { KernelClient } from "../../../../src/python/kernel/kernel-client.ts";
import { loopback } from "../../../../src/python/kernel/wire.ts";

const V1 = "v1.kernel.websocket.jupyter.org";

interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
}

/** Answers one execute request. */
export type Script = (kernel: FakeKernel) => void;

/** A kernel behind a gateway, as far as the client can tell; it says what a test has it say. */
export class FakeKernel {
  private readonly socket: WebSocket;
  private readonly request: Header;

  constructor(socket: WebSocket, request: Header) {
    this.socket = socket;
    this.request = request;
  }

  says(
    type: string,
    content: unknown,
    more: { channel?: string; metadata?: unknown; date?: string } = {},
  ): void {
    const { channel = "iopub", metadata = {}, date = new Date().toISOString() } = more;
    const ids = { msg_id: crypto.randomUUID(), session: "s", username: "u", version: "5.3" };
    this.sends([
      channel,
      JSON.stringify({ ...ids, msg_type: type, date }),
      JSON.stringify(this.request),
      JSON.stringify(metadata),
      typeof content === "string" ? content : JSON.stringify(content),
    ]);
  }

  /** A frame of these parts, whatever they are; in the protocol without one where it was not agreed on. */
  sends(parts: readonly string[]): void {
    this.socket.send(this.socket.protocol === V1 ? packed(parts) : joined(parts));
  }

  sendsBytes(bytes: Buffer): void {
    this.socket.send(bytes);
  }

  ends(reply: unknown = { status: "ok" }, metadata: unknown = {}, date?: string): void {
    this.says("execute_reply", reply, {
      channel: "shell",
      metadata,
      ...(date === undefined ? {} : { date }),
    });
    this.says("status", { execution_state: "idle" });
  }
}

/** A client of such a kernel, and what lets go of both. */
export async function connectTo(script: Script, isOld = false): Promise<[KernelClient, () => void]> {
  const server = createServer(({ url }, response) => {
    const model = { id: "k1", name: "python3" };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(url?.includes("k1") ? model : [model]));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => (isOld ? false : V1) });
  sockets.on("connection", (socket) => listen(socket, script));
  const address = loopback(new Agent(), await port(server), "t");
  const client = await KernelClient.connect(address, new AbortController().signal);
  const dispose = (): void => {
    client.dispose();
    sockets.close();
    server.close();
  };
  return [client, dispose];
}

async function port(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function listen(socket: WebSocket, script: Script): void {
  socket.on("message", (data: Buffer, isBinary) => {
    const request = isBinary ? headerOf(data) : (JSON.parse(data.toString()) as { header: Header }).header;
    const kernel = new FakeKernel(socket, request);
    if (request.msg_type === "execute_request") {
      kernel.says("status", { execution_state: "busy" });
      script(kernel);
    } else {
      const info = { status: "ok", protocol_version: "5.3", implementation: "fake", banner: "" };
      kernel.says("kernel_info_reply", info, { channel: "shell" });
      kernel.says("status", { execution_state: "idle" });
    }
  });
}

function headerOf(frame: Buffer): Header {
  const [start, end] = [1, 2].map((index) => Number(frame.readBigUInt64LE(8 * (index + 1))));
  return JSON.parse(frame.subarray(start, end).toString()) as Header;
}

function packed(parts: readonly string[]): Buffer {
  const bodies = parts.map((part) => Buffer.from(part));
  const head = Buffer.alloc(8 * (parts.length + 2));
  head.writeBigUInt64LE(BigInt(parts.length + 1), 0);
  let at = head.length;
  head.writeBigUInt64LE(BigInt(at), 8);
  bodies.forEach((body, index) => head.writeBigUInt64LE(BigInt((at += body.length)), 8 * (index + 2)));
  return Buffer.concat([head, ...bodies]);
}

function joined([channel, header, parent, metadata, content]: readonly string[]): string {
  const named = { channel: `"${channel}"`, header, parent_header: parent, metadata, content };
  return `{${Object.entries(named)
    .map(([name, json]) => `"${name}": ${json}`)
    .join(", ")}}`;
}
