import { createInterface, type Interface } from "node:readline";
import type { Duplex } from "node:stream";
import { KernelManager, ServerConnection, type Kernel } from "@jupyterlab/services";
import { WebSocket } from "ws";
import type { Disposable } from "../../../src/host.ts";
import { KernelClient } from "../../../src/python/kernel/kernel-client.ts";
import { bridgeCommand, TunnelAgent } from "../../../src/python/kernel/tunnel.ts";
import { loopback } from "../../../src/python/kernel/wire.ts";
import type { BenchContainer } from "./bench-container.ts";

/** The shortest cell that answers: what is timed is the way there and back. */
const CELL = "1 + 1";
const PORT = 8888;

/** One way to a kernel of its own. */
export interface Peer extends Disposable {
  /** Runs so many cells, one after the other. @returns the milliseconds that each took, from request to idle */
  cells(count: number): Promise<readonly number[]>;
}

/** Through the product: the engine's exec tunnel, its kernel client, its gateway. */
export async function openOurs(container: BenchContainer, signal: AbortSignal): Promise<Peer> {
  const agent = new TunnelAgent(() => container.exec(bridgeCommand(PORT)));
  const client = await KernelClient.connect(loopback(agent, PORT, container.token), signal);
  const cell = async (): Promise<void> => {
    let status: string | undefined;
    for await (const output of await client.execute(CELL, 600, () => undefined))
      if (output.type === "ended") status = output.status;
    requireOk(status);
  };
  return {
    cells: (count) => timed(count, cell),
    dispose: () => {
      client.dispose();
      agent.destroy();
    },
  };
}

/** Through a gateway as it is installed, with the same client library. */
export async function openStock(container: BenchContainer, signal: AbortSignal): Promise<Peer> {
  const { kernel, dispose } = await stockKernel(container, signal);
  return { cells: (count) => timed(count, () => stockCell(kernel)), dispose };
}

/** @returns bytes of text that a gateway as it is installed lets through of what this code prints */
export async function receiveThroughStock(
  container: BenchContainer,
  code: string,
  signal: AbortSignal,
): Promise<number> {
  const { kernel, dispose } = await stockKernel(container, signal);
  try {
    const pieces: string[] = [];
    const future = kernel.requestExecute({ code, allow_stdin: false });
    future.onIOPub = ({ content }) => {
      if ("text" in content && typeof content.text === "string") pieces.push(content.text);
    };
    await future.done;
    return pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  } finally {
    await dispose();
  }
}

async function stockKernel(
  container: BenchContainer,
  signal: AbortSignal,
): Promise<{ readonly kernel: Kernel.IKernelConnection; readonly dispose: () => Promise<void> }> {
  const { baseUrl, output } = await container.startStockGateway();
  const serverSettings = ServerConnection.makeSettings({
    baseUrl,
    wsUrl: baseUrl.replace("http", "ws"),
    token: container.token,
    WebSocket: WebSocket as unknown as ServerConnection.ISettings["WebSocket"],
  });
  await listening(`${baseUrl}api`, container.token, signal);
  const manager = new KernelManager({ serverSettings });
  const kernel = await manager.startNew({ name: container.kernelName });
  await kernel.info;
  return {
    kernel,
    dispose: async () => {
      await kernel.shutdown();
      manager.dispose();
      output.destroy();
    },
  };
}

async function stockCell(kernel: Kernel.IKernelConnection): Promise<void> {
  const reply = await kernel.requestExecute({ code: CELL, allow_stdin: false }).done;
  requireOk(reply.content.status);
}

/** Over ZeroMQ, without gateway, network or engine in between; timed by the process in the container that asks. */
export async function openZeroMq(container: BenchContainer): Promise<Peer> {
  const loop = ["/opt/venv/bin/python", "/bench/zeromq_loop.py", container.kernelName, CELL];
  const stream = await container.exec(loop);
  const lines = createInterface({ input: stream });
  if ((await nextLine(lines)) !== "ready") throw new Error("the ZeroMQ loop does not start");
  return { cells: (count) => ask(stream, lines, count), dispose: () => void stream.destroy() };
}

async function ask(stream: Duplex, lines: Interface, count: number): Promise<readonly number[]> {
  const answer = nextLine(lines);
  stream.write(`${count}\n`);
  return JSON.parse(await answer) as readonly number[];
}

function nextLine(lines: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error("the ZeroMQ loop ended"));
    lines.once("close", ended);
    lines.once("line", (line) => {
      lines.off("close", ended);
      resolve(line);
    });
  });
}

async function timed(count: number, cell: () => Promise<void>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await cell();
    took.push(performance.now() - start);
  }
  return took;
}

function requireOk(status: string | undefined): void {
  if (status !== "ok") throw new Error(`a cell ended with ${status ?? "nothing"}`);
}

async function listening(url: string, token: string, signal: AbortSignal): Promise<void> {
  const headers = { authorization: `token ${token}` };
  for (;;) {
    const answer = await fetch(url, { headers, signal }).catch(() => undefined);
    if (answer?.ok) return;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
