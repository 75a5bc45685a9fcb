import {
  KernelAPI,
  KernelConnection,
  KernelSpecAPI,
  ServerConnection,
  type Kernel,
  type KernelMessage,
} from "@jupyterlab/services";
import type { Agent } from "node:http";
import { userInfo } from "node:os";
import { WebSocket } from "ws";
import { cancelled } from "../../errors.ts";
import type { Disposable } from "../../host.ts";
import { abortable } from "../abortable.ts";
import type { Output } from "../python-run.ts";
import { fetchThrough } from "./http-fetch.ts";
import { KernelLost } from "./kernel-lost.ts";
import { type Message, toOutput } from "./messages.ts";
import { OutputQueue } from "./output-queue.ts";

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

/** Larger than a 50 MB figure in base64; a kernel that sends more loses its connection. */
const MAX_FRAME_BYTES = 128 * 1024 * 1024;
const READY_MS = 60_000;
const CONNECTING = "Connecting to the kernel";

/** One connection to the one kernel of a gateway, for one request. No stdin, no comms, no second try. */
export class KernelClient implements Disposable {
  private readonly connection: KernelConnection;
  private readonly sockets: GuardedSocket[];
  private queue: OutputQueue<Output> | undefined;
  private lostAs: KernelLost | undefined;
  /** What the expressions were worth, by name, once the code has ended: display data by type. Untrusted. */
  expressionValues: Readonly<Record<string, unknown>> = {};

  private constructor(connection: KernelConnection, sockets: GuardedSocket[]) {
    this.connection = connection;
    this.sockets = sockets;
  }

  /**
   * Waits until the gateway answers, its kernel has run its start-up and the connection stands; destroys the agent where
   * that does not come about. @throws `cancelled`, after a minute too
   */
  static async connect(address: GatewayAddress, signal: AbortSignal): Promise<KernelClient> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]);
    try {
      return await KernelClient.open(address, deadline);
    } catch (error) {
      address.agent.destroy();
      throw error;
    }
  }

  /**
   * Starts a kernel of this name at a server of somebody else's, and connects to it.
   * @throws `cancelled`, after a minute too; ServerConnection.ResponseError and NetworkError of the client library
   */
  static async start(address: GatewayAddress, name: string, signal: AbortSignal): Promise<KernelClient> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]);
    const sockets: GuardedSocket[] = [];
    const settings = settingsFor(address, sockets);
    // Enterprise gateways ask for whom it is.
    const wanted = { name, env: { KERNEL_USERNAME: userInfo().username } };
    const starting = KernelAPI.startNew(wanted, {
      ...settings,
      init: { ...settings.init, signal: deadline },
    });
    const model = await abortable(starting, deadline, CONNECTING);
    return KernelClient.attach(model, settings, sockets, deadline);
  }

  /** Names of the kernels that the server could start. @throws ServerConnection.ResponseError, NetworkError */
  static async kernelNames(address: GatewayAddress): Promise<readonly string[]> {
    const specs = await KernelSpecAPI.getSpecs(settingsFor(address, []));
    return Object.keys(specs.kernelspecs);
  }

  private static async open(address: GatewayAddress, deadline: AbortSignal): Promise<KernelClient> {
    const sockets: GuardedSocket[] = [];
    const settings = settingsFor(address, sockets);
    return KernelClient.attach(await firstKernel(settings, deadline), settings, sockets, deadline);
  }

  private static async attach(
    model: Kernel.IModel,
    settings: ServerConnection.ISettings,
    sockets: GuardedSocket[],
    deadline: AbortSignal,
  ): Promise<KernelClient> {
    const connection = new KernelConnection({ model, serverSettings: settings, handleComms: false });
    const client = new KernelClient(connection, sockets);
    try {
      await abortable(connection.info, deadline, CONNECTING);
      client.watch();
      return client;
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  get connected(): boolean {
    return this.lostAs === undefined && this.connection.connectionStatus === "connected";
  }

  /**
   * Sends the code as the one execute request and yields what answers it, ending with `ended`. `beforeSending` is called
   * when nothing but sending is left to do; where it throws, nothing is sent. The gateway ends itself after `seconds`,
   * whoever is connected. `expressions` are evaluated after the code, see `expressionValues`.
   * @throws KernelLost, before `beforeSending` when the connection is not there, and from the iteration later
   */
  execute(
    code: string,
    seconds: number,
    beforeSending: () => void,
    expressions: Readonly<Record<string, string>> = {},
  ): AsyncIterable<Output> {
    if (!this.connected) throw this.lostAs ?? new KernelLost("connection");
    beforeSending();
    const queue = new OutputQueue<Output>(
      () => this.sockets.at(-1)?.pause(),
      () => this.sockets.at(-1)?.resume(),
      sizeOf,
    );
    this.queue = queue;
    const user_expressions = { ...expressions };
    const content = {
      ...{ code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true },
      user_expressions,
    };
    const future = this.connection.requestExecute(content, true, { countersign_seconds: seconds });
    future.onIOPub = (message) => this.hear(queue, message);
    future.done.then(
      (reply) => {
        this.expressionValues = valuesOf(reply);
        finish(queue, reply);
      },
      () => queue.fail(this.lostAs ?? new KernelLost("connection")),
    );
    return queue;
  }

  /** Ends the kernel at its server. */
  async shutDown(): Promise<void> {
    await KernelAPI.shutdownKernel(this.connection.id, this.connection.serverSettings);
  }

  async interrupt(): Promise<void> {
    await KernelAPI.interruptKernel(this.connection.id, this.connection.serverSettings);
  }

  /** Ends the iteration of the output with this error, after what has already come. */
  abandon(reason: Error): void {
    this.queue?.fail(reason);
  }

  dispose(): void {
    this.lose("connection");
  }

  private hear(queue: OutputQueue<Output>, message: KernelMessage.IIOPubMessage): void {
    const { header, content } = message;
    const output = toOutput({ type: header.msg_type, content: content as unknown as Message["content"] });
    if (output) queue.push(output);
  }

  /** A connection that comes back by itself would send what was queued, later: it is given up instead. */
  private watch(): void {
    this.connection.statusChanged.connect((_, status) => {
      if (status === "dead") this.lose("kernel");
    });
    this.connection.connectionStatusChanged.connect((_, status) => {
      if (status !== "connected") {
        this.lose(this.sockets.some((socket) => socket.tooLarge) ? "frame-too-large" : "connection");
      }
    });
    if (this.connection.connectionStatus !== "connected") this.lose("connection");
  }

  private lose(what: KernelLost["what"]): void {
    if (this.lostAs) return;
    this.lostAs = new KernelLost(what);
    this.queue?.fail(this.lostAs);
    // Not within a signal of the connection, which goes on using itself after it has told.
    queueMicrotask(() => {
      this.connection.dispose();
      for (const socket of this.sockets) socket.terminate();
    });
  }
}

/** What it takes in memory, roughly: text and base64 are what is large. */
function sizeOf(output: Output): number {
  if (output.type === "stream") return output.text.length;
  if (output.type !== "display") return 0;
  return Object.values(output.data).reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? value.length : 1_000),
    0,
  );
}

function valuesOf(reply: KernelMessage.IShellMessage | undefined): Readonly<Record<string, unknown>> {
  const values = (reply?.content as { user_expressions?: unknown } | undefined)?.user_expressions;
  return typeof values === "object" && values !== null ? (values as Readonly<Record<string, unknown>>) : {};
}

function finish(queue: OutputQueue<Output>, reply: KernelMessage.IShellMessage | undefined): void {
  const content = reply?.content as { status?: unknown } | undefined;
  queue.push({ type: "ended", status: content?.status === "ok" ? "ok" : "error" });
  queue.end();
}

/** Handlers of the client library throw on malformed messages; thrown in a socket's event, that would end this process. */
class GuardedSocket extends WebSocket {
  tooLarge = false;

  constructor(url: string, protocols: string[], address: GatewayAddress) {
    const headers = address.token === "" ? {} : { authorization: `token ${address.token}` };
    const options = { headers, agent: address.agent, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false };
    super(url, protocols, options);
    this.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") this.tooLarge = true;
    });
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    try {
      return super.emit(event, ...values);
    } catch {
      this.terminate();
      return false;
    }
  }
}

function settingsFor(address: GatewayAddress, sockets: GuardedSocket[]): ServerConnection.ISettings {
  class Socket extends GuardedSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, address);
      sockets.push(this);
    }
  }
  return ServerConnection.makeSettings({
    baseUrl: address.baseUrl,
    wsUrl: address.baseUrl.replace(/^http/, "ws"),
    token: address.token,
    // In an address it would be in the gateway's log.
    appendToken: false,
    fetch: fetchThrough(address.agent),
    Request,
    Headers,
    WebSocket: Socket as unknown as ServerConnection.ISettings["WebSocket"],
  });
}

/** The gateway starts its kernel before it listens; another look is needed only right at its start. */
async function firstKernel(settings: ServerConnection.ISettings, signal: AbortSignal) {
  const abortableSettings = { ...settings, init: { ...settings.init, signal } };
  for (;;) {
    if (signal.aborted) throw cancelled(CONNECTING);
    const listed = KernelAPI.listRunning(abortableSettings).catch(() => []);
    const [model] = await abortable(listed, signal, CONNECTING);
    if (model) return model;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
