import {
  KernelAPI,
  KernelConnection,
  KernelSpecAPI,
  type ServerConnection,
  type Kernel,
  type KernelMessage,
} from "@jupyterlab/services";
import { userInfo } from "node:os";
import { cancelled } from "../../errors.ts";
import type { Disposable } from "../../host.ts";
import { abortable } from "../abortable.ts";
import type { Output } from "../python-run.ts";
import { outputOf } from "./frames.ts";
import { JsonText } from "./json-text.ts";
import { KernelLost } from "./kernel-lost.ts";
import { endsWell } from "./messages.ts";
import { OutputQueue } from "./output-queue.ts";
import { type GatewayAddress, Wire } from "./wire.ts";

const READY_MS = 60_000;
const CONNECTING = "Connecting to the kernel";

/** One connection to the one kernel of a gateway, for one request. No stdin, no comms, no second try. */
export class KernelClient implements Disposable {
  private readonly connection: KernelConnection;
  private readonly wire: Wire;
  private queue: OutputQueue<Output> | undefined;
  /** Outputs of the request that came. */
  private heard = 0;
  /** One of them was an error. */
  private isDescribed = false;
  private lostAs: KernelLost | undefined;
  /** What the expressions were worth, by name, once the code has ended: display data by type. Untrusted. */
  expressionValues: Readonly<Record<string, unknown>> = {};

  private constructor(connection: KernelConnection, wire: Wire) {
    this.connection = connection;
    this.wire = wire;
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
    const wire = new Wire();
    const settings = wire.settings(address);
    // Enterprise gateways ask for whom it is.
    const wanted = { name, env: { KERNEL_USERNAME: userInfo().username } };
    const starting = KernelAPI.startNew(wanted, {
      ...settings,
      init: { ...settings.init, signal: deadline },
    });
    const model = await abortable(starting, deadline, CONNECTING);
    return KernelClient.attach(model, settings, wire, deadline);
  }

  /** Names of the kernels that the server could start. @throws ServerConnection.ResponseError, NetworkError */
  static async kernelNames(address: GatewayAddress): Promise<readonly string[]> {
    const specs = await KernelSpecAPI.getSpecs(new Wire().settings(address));
    return Object.keys(specs.kernelspecs);
  }

  private static async open(address: GatewayAddress, deadline: AbortSignal): Promise<KernelClient> {
    const wire = new Wire();
    const settings = wire.settings(address);
    return KernelClient.attach(await firstKernel(settings, deadline), settings, wire, deadline);
  }

  private static async attach(
    model: Kernel.IModel,
    settings: ServerConnection.ISettings,
    wire: Wire,
    deadline: AbortSignal,
  ): Promise<KernelClient> {
    const connection = new KernelConnection({ model, serverSettings: settings, handleComms: false });
    const client = new KernelClient(connection, wire);
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
   * when nothing but sending is left to do; where it fails, nothing is sent. The gateway ends itself after `seconds`,
   * whoever is connected. `expressions` are evaluated after the code, see `expressionValues`.
   * @throws KernelLost, before `beforeSending` when the connection is not there, and from the iteration later
   */
  async execute(
    code: string,
    seconds: number,
    beforeSending: () => Promise<void> | void,
    expressions: Readonly<Record<string, string>> = {},
  ): Promise<AsyncIterable<Output>> {
    const lostBefore = this.loss();
    if (lostBefore) throw lostBefore;
    await beforeSending();
    const queue = new OutputQueue<Output>(
      () => this.wire.pause(),
      () => this.wire.resume(),
      sizeOf,
    );
    this.queue = queue;
    this.heard = 0;
    this.isDescribed = false;
    const lostSince = this.loss();
    if (lostSince) this.fail(lostSince);
    else this.send(queue, code, seconds, { ...expressions });
    return queue;
  }

  private loss(): KernelLost | undefined {
    return this.connected ? undefined : (this.lostAs ?? new KernelLost("connection"));
  }

  private send(
    queue: OutputQueue<Output>,
    code: string,
    seconds: number,
    user_expressions: Record<string, string>,
  ): void {
    const content = {
      ...{ code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true },
      user_expressions,
    };
    const future = this.connection.requestExecute(content, true, { countersign_seconds: seconds });
    future.onIOPub = (message) => this.hear(queue, message);
    future.done.then(
      (reply) => {
        this.expressionValues = valuesOf(reply);
        this.tellUnheard(queue, sentOf(reply));
        finish(queue, reply, this.isDescribed);
      },
      () => this.fail(this.lostAs ?? new KernelLost("connection")),
    );
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
    this.fail(reason);
  }

  dispose(): void {
    this.lose("connection");
  }

  private hear(queue: OutputQueue<Output>, message: KernelMessage.IIOPubMessage): void {
    const output = outputOf(message);
    if (output === undefined) return;
    this.heard += 1;
    if (endsWell(output)) return;
    this.isDescribed ||= output.type === "error";
    queue.push(output);
  }

  private fail(reason: Error): void {
    if (this.queue === undefined) return;
    this.tellUnheard(this.queue);
    this.queue.fail(reason);
  }

  /** `sent`: how many outputs the kernel says that it sent. */
  private tellUnheard(queue: OutputQueue<Output>, sent = 0): void {
    const { malformed } = this.wire;
    const missing = Math.max(0, sent - this.heard - malformed);
    if (malformed + missing > 0) queue.push({ type: "unheard", malformed, missing });
  }

  /** A connection that comes back by itself would send what was queued, later: it is given up instead. */
  private watch(): void {
    this.connection.statusChanged.connect((_, status) => {
      if (status === "dead") this.lose("kernel");
    });
    this.connection.connectionStatusChanged.connect((_, status) => {
      if (status !== "connected") {
        this.lose(this.wire.tooLarge ? "frame-too-large" : "connection");
      }
    });
    if (this.connection.connectionStatus !== "connected") this.lose("connection");
  }

  private lose(what: KernelLost["what"]): void {
    if (this.lostAs) return;
    this.lostAs = new KernelLost(what);
    this.fail(this.lostAs);
    // Not within a signal of the connection, which goes on using itself after it has told.
    queueMicrotask(() => {
      this.connection.dispose();
      this.wire.terminate();
    });
  }
}

/** What it takes in memory, roughly: text is what is large. */
function sizeOf(output: Output): number {
  if (output.type === "stream") return output.text.length;
  if (output.type === "error")
    return output.traceback.reduce((sum, line) => sum + line.length, output.message.length);
  if (output.type !== "display") return 0;
  return Object.values(output.data).reduce<number>((sum, value) => sum + lengthOf(value), 0);
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return value instanceof JsonText ? value.bytes.length : 0;
}

function valuesOf(reply: KernelMessage.IShellMessage | undefined): Readonly<Record<string, unknown>> {
  const values = (reply?.content as { user_expressions?: unknown } | undefined)?.user_expressions;
  return typeof values === "object" && values !== null ? (values as Readonly<Record<string, unknown>>) : {};
}

/** Some errors, of magics, are told by the reply alone. */
function finish(
  queue: OutputQueue<Output>,
  reply: KernelMessage.IShellMessage | undefined,
  isDescribed: boolean,
): void {
  const content = (reply?.content ?? {}) as Readonly<Record<string, unknown>>;
  const [name, message] = [textOf(content.ename), textOf(content.evalue)];
  const error: Output = { type: "error", name, message, traceback: [] };
  const status = content.status === "ok" || endsWell(error) ? "ok" : "error";
  if (status === "error" && !isDescribed && name !== "") queue.push(error);
  const seconds = secondsOf(reply);
  queue.push({ type: "ended", status, ...(seconds === undefined ? {} : { seconds }) });
  queue.end();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** From its start to its reply, by the clock of the kernel. */
function secondsOf(reply: KernelMessage.IShellMessage | undefined): number | undefined {
  const { started } = (reply?.metadata ?? {}) as { started?: unknown };
  const seconds = (Date.parse(reply?.header.date ?? "") - Date.parse(String(started))) / 1000;
  return seconds >= 0 ? seconds : undefined;
}

/** Kernels of ours count what they put out; others say nothing of it. */
function sentOf(reply: KernelMessage.IShellMessage | undefined): number | undefined {
  const { countersign_outputs: sent } = (reply?.metadata ?? {}) as { countersign_outputs?: unknown };
  return Number.isSafeInteger(sent) ? (sent as number) : undefined;
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
