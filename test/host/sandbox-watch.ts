import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { asReadable } from "../../src/containers/engine-stream.ts";
import { LABEL } from "../../src/containers/engine.ts";
import type { Disposable } from "../../src/host.ts";
import { dockerClient } from "../machine/parts/container-engine.ts";

interface EngineEvent {
  readonly Action: string;
  readonly id: string;
}

/** What the engine tells of sandboxes from now on, and what their gateways log, at the moment when it happens. */
export class SandboxWatch implements Disposable {
  private readonly docker = dockerClient();
  private readonly streams: Readable[] = [];
  private readonly heard: string[] = [];
  private listeners: (() => void)[] = [];

  static async open(): Promise<SandboxWatch> {
    const watch = new SandboxWatch();
    const filters = { label: [`${LABEL}=sandbox`] };
    const events = await watch.docker.getEvents({ filters });
    watch.follow(asReadable(events), (line) => watch.event(JSON.parse(line) as EngineEvent));
    return watch;
  }

  /** Resolves as soon as somebody says it after this call. */
  async says(pattern: RegExp): Promise<void> {
    const from = this.heard.length;
    while (!this.heard.slice(from).some((line) => pattern.test(line)))
      await new Promise<void>((resolve) => this.listeners.push(resolve));
  }

  dispose(): void {
    for (const stream of this.streams) stream.destroy();
  }

  private event({ Action, id }: EngineEvent): void {
    this.hear(Action);
    if (Action === "rename") void this.followLog(id);
  }

  private async followLog(id: string): Promise<void> {
    const log = await this.docker.getContainer(id).logs({ follow: true, stdout: true, stderr: true });
    this.follow(asReadable(log), (line) => this.hear(line));
  }

  private follow(stream: Readable, onLine: (line: string) => void): void {
    this.streams.push(stream);
    // It breaks off with the container, or when the watch is over.
    stream.on("error", () => undefined);
    createInterface({ input: stream }).on("line", onLine);
  }

  private hear(line: string): void {
    this.heard.push(line);
    const listeners = this.listeners;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}
