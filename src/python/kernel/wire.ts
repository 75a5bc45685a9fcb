import { ServerConnection } from "@jupyterlab/services";
import type { Agent } from "node:http";
import { WebSocket } from "ws";
import { readFrame } from "./frames.ts";
import { fetchThrough } from "./http-fetch.ts";

/** How a gateway is reached: an agent that opens connections to it, and its token. */
export interface GatewayAddress {
  readonly agent: Agent;
  /** `http://127.0.0.1:8888/`; it ends in a slash. */
  readonly baseUrl: string;
  /** Empty where it asks for none. */
  readonly token: string;
}

/** The address of a gateway of our own, on a loopback interface. */
export function loopback(agent: Agent, port: number, token: string): GatewayAddress {
  return { agent, baseUrl: `http://127.0.0.1:${port}/`, token };
}

/** Larger than a 45 MB figure in base64; a kernel that sends more loses its connection. Reading one takes three times as much. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** The way to one kernel, which its connection opens. */
export class Wire {
  /** Messages that were dropped: code can send anything in its kernel's name. */
  malformed = 0;
  /** A message came that is larger than any may be. */
  tooLarge = false;
  private readonly sockets: WebSocket[] = [];

  /** For the client library. */
  settings(address: GatewayAddress): ServerConnection.ISettings {
    const { serializer } = ServerConnection.makeSettings();
    return ServerConnection.makeSettings({
      baseUrl: address.baseUrl,
      wsUrl: address.baseUrl.replace(/^http/, "ws"),
      token: address.token,
      // In an address it would be in the gateway's log.
      appendToken: false,
      fetch: fetchThrough(address.agent),
      Request,
      Headers,
      WebSocket: this.socketClass(address) as unknown as ServerConnection.ISettings["WebSocket"],
      serializer: { ...serializer, deserialize: readFrame },
    });
  }

  pause(): void {
    this.sockets.at(-1)?.pause();
  }

  resume(): void {
    this.sockets.at(-1)?.resume();
  }

  terminate(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** Handlers of the client library throw on malformed messages; thrown in a socket's event, that would end this process. */
  private socketClass(address: GatewayAddress): new (url: string, protocols: string[]) => WebSocket {
    const headers = address.token === "" ? {} : { authorization: `token ${address.token}` };
    const options = { headers, agent: address.agent, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false };
    const opened = (socket: WebSocket): void => this.watch(socket);
    const dropped = (): void => void (this.malformed += 1);
    return class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, options);
        opened(this);
      }

      override emit(event: string | symbol, ...values: unknown[]): boolean {
        try {
          return super.emit(event, ...values);
        } catch {
          if (event === "message") dropped();
          else this.terminate();
          return false;
        }
      }
    };
  }

  private watch(socket: WebSocket): void {
    this.sockets.push(socket);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") this.tooLarge = true;
    });
  }
}
