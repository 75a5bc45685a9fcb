import { Readable } from "node:stream";
import { ServerConnection } from "@jupyterlab/services";
import type { Claim } from "../../approval/claim.ts";
import type { Noted } from "../../approval/outcome.ts";
import { CountersignError, isCountersignError } from "../../errors.ts";
import { KernelClient } from "../kernel/kernel-client.ts";
import type { GatewayAddress } from "../kernel/wire.ts";
import type { Output } from "../python-run.ts";
import type { StagedEntry } from "../runs/archive.ts";
import type { Collector } from "../runs/collector.ts";
import type { Sandbox } from "./sandbox.ts";

/** Where a collector expects what the code left in `results`. */
const RESULTS_FILE = ".countersign/results.json";
/** Evaluated beside the approved code, whose kernel has none of our hooks: `results` as JSON, where it can be. */
const RESULTS = `__import__("IPython").display.JSON(__import__("json").loads(__import__("json").dumps(results, default=str, allow_nan=False)))`;
const ENDING_MS = 10_000;

/** A kernel of somebody else's server, for one run. What else that server does, nobody here can tell. */
export class RemoteSandbox implements Sandbox {
  private readonly address: GatewayAddress;
  private readonly client: KernelClient;
  private ending: Promise<void> | undefined;

  private constructor(address: GatewayAddress, client: KernelClient) {
    this.address = address;
    this.client = client;
  }

  /** @throws `gateway-unreachable`, `gateway-refused`, `cancelled` */
  static async create(
    address: GatewayAddress,
    kernelName: string,
    signal: AbortSignal,
  ): Promise<RemoteSandbox> {
    try {
      return new RemoteSandbox(address, await KernelClient.start(address, kernelName, signal));
    } catch (error) {
      const problem = signal.aborted ? error : await explained(error, address, kernelName);
      address.agent.destroy();
      throw problem;
    }
  }

  get identity(): Readonly<Record<string, string>> {
    return { server: this.address.baseUrl };
  }

  get alive(): boolean {
    return this.ending === undefined && this.client.connected;
  }

  /** Nothing of what was approved about its surroundings can be checked from here. */
  async adopt(): Promise<void> {
    await Promise.resolve();
  }

  async stage(entries: readonly StagedEntry[]): Promise<void> {
    await Promise.resolve();
    if (entries.length === 0) return;
    throw new CountersignError("input-refused", {
      message: "The code names files of this workspace, and a Jupyter server elsewhere gets none of them.",
      kept: "Nothing ran.",
      next: "Put the files where the server's kernels can read them, or run the analysis in a container.",
    });
  }

  run(code: string, claim: Claim, seconds: number, noted: Noted): Promise<AsyncIterable<Output>> {
    return this.client.execute(code, seconds, () => claim.startPatiently(noted), { results: RESULTS });
  }

  async interrupt(): Promise<void> {
    await this.client.interrupt();
  }

  abandon(reason: Error): void {
    this.client.abandon(reason);
  }

  /** A server that still answers has lost only this kernel. */
  async postMortem(): Promise<"kernel-died" | "gateway-unreachable"> {
    return this.client.interrupt().then(
      () => "kernel-died",
      (error: unknown) =>
        error instanceof ServerConnection.ResponseError ? "kernel-died" : "gateway-unreachable",
    );
  }

  /** Files that the code wrote lie on the server and stay there. */
  async collect(collector: Collector): Promise<void> {
    const value = this.client.expressionValues.results as
      { readonly data?: Readonly<Record<string, unknown>> } | undefined;
    const results = value?.data?.["application/json"];
    if (results !== undefined) {
      const content = Buffer.from(JSON.stringify(results));
      await collector.take(RESULTS_FILE, content.length, Readable.from([content]));
    }
    await this.dispose();
  }

  dispose(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  /** A server that is gone took the kernel with it, or keeps it: either way nothing more can be done from here. */
  private async end(): Promise<void> {
    const shutDown = this.client.shutDown().catch(() => undefined);
    await Promise.race([shutDown, new Promise((resolve) => setTimeout(resolve, ENDING_MS).unref())]);
    this.client.dispose();
    this.address.agent.destroy();
  }
}

/** A server that lists its kernels takes the token: what it refuses then is this kernel. */
async function explained(error: unknown, address: GatewayAddress, kernelName: string): Promise<unknown> {
  if (isCountersignError(error)) return error;
  if (!(error instanceof ServerConnection.ResponseError)) return unreachable(error, address.baseUrl);
  const names = await KernelClient.kernelNames(address).catch(() => undefined);
  if (names === undefined) return tokenRefused(error, address.baseUrl);
  const why = names.includes(kernelName) ? " for you" : `; it has ${names.join(", ") || "none"}`;
  return new CountersignError("gateway-refused", {
    message: `The Jupyter server ${address.baseUrl} does not start the kernel ${kernelName}${why} (status ${error.response.status}).`,
    kept: "The request and its code; nothing ran.",
    next: "Name a kernel that it starts for you in countersign.execution.modes (kernel_name), or ask who runs the server.",
    cause: error,
  });
}

function tokenRefused(error: unknown, url: string): CountersignError {
  return new CountersignError("gateway-refused", {
    message: `The Jupyter server ${url} refuses the token.`,
    kept: "The request and its code; nothing ran.",
    next: "Run Countersign: Run on a Jupyter Server… and give another token, then run the analysis again.",
    cause: error,
  });
}

function unreachable(error: unknown, url: string): CountersignError {
  return new CountersignError("gateway-unreachable", {
    message: `The Jupyter server ${url} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    kept: "The request and its code; nothing ran.",
    next: "See that the server runs, that the address is right and that its certificate is trusted, then try again.",
    cause: error,
  });
}
