import type { Duplex } from "node:stream";
import { createInterface, type Interface } from "node:readline";
import type { RequestId } from "../../approval/decisions.ts";
import type { Engine } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";
import type { Disposable } from "../../host.ts";
import { bridgeCommand } from "../kernel/tunnel.ts";
import type { Puts } from "./allowed-puts.ts";

/** A put that code tried, as the control gateway saw it. */
export interface Put {
  /** Seconds since 1970. */
  readonly at: number;
  readonly channel: string | null;
  /** The first values of an array; null where the type is unknown. */
  readonly value: unknown;
  /** How many values an array has of which not all are here, and the SHA-256 of them as they were put. */
  readonly count?: number;
  readonly digest?: string;
  readonly passed: boolean;
}

/** What a run did to the control system. */
export interface PutRecord {
  readonly puts: readonly Put[];
  /** Puts beyond those that are kept one by one. */
  readonly leftOut: number;
}

/** Where a gateway is told of claims, on its own loopback interface. */
export const CLAIMS_PORT = 7064;

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A sandbox's running control gateway and the channel over which it learns what is performed there. What may be put ends
 * with the channel, so with this process.
 */
export class ControlGateway implements Disposable {
  readonly id: string;
  private readonly engine: Engine;
  private readonly channel: Duplex;
  private readonly lines: Interface;
  private readonly waiting: Waiting[] = [];
  private lost = false;

  private constructor(engine: Engine, id: string, channel: Duplex) {
    this.engine = engine;
    this.id = id;
    this.channel = channel;
    channel.on("error", () => this.release());
    this.lines = createInterface({ input: channel, crlfDelay: Infinity });
    this.lines.on("line", (line) => this.waiting.shift()?.resolve(line));
    this.lines.on("close", () => this.release());
  }

  /** Of this running container. @throws `engine-failed`, `engine-stopped` */
  static async connect(engine: Engine, id: string): Promise<ControlGateway> {
    return new ControlGateway(engine, id, await engine.exec(id, bridgeCommand(CLAIMS_PORT)));
  }

  get alive(): boolean {
    return !this.lost;
  }

  /** From now on what comes from the sandbox is this request's. @throws `engine-failed`, `engine-stopped` */
  async begin(request: RequestId, puts: Puts): Promise<void> {
    await this.say({ begin: request, puts });
  }

  /** From now on nothing passes that is this request's. @returns what it put */
  async end(request: RequestId): Promise<PutRecord> {
    const { puts, leftOut } = (await this.say({ end: request })) as unknown as PutRecord;
    return { puts, leftOut };
  }

  /** Lets go of it: what is performed may go on reading, and put nothing more. */
  release(): void {
    this.lost = true;
    this.lines.close();
    this.channel.destroy();
    for (const { reject } of this.waiting.splice(0)) reject(gone());
  }

  async dispose(): Promise<void> {
    this.release();
    await this.engine.remove(this.id);
  }

  private async say(message: object): Promise<Readonly<Record<string, unknown>>> {
    if (this.lost) throw gone();
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.channel.write(`${JSON.stringify(message)}\n`);
    });
    const answer = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof answer.mistake === "string") throw refused(answer.mistake);
    return answer;
  }
}

function gone(): CountersignError {
  return new CountersignError("engine-stopped", {
    message: "The control gateway has ended.",
    kept: "Whatever passed it before is in its log.",
    next: "See whether the container engine was restarted, then run the analysis again.",
  });
}

function refused(mistake: string): CountersignError {
  return new CountersignError("engine-failed", {
    message: `The control gateway refuses: ${mistake}.`,
    kept: "Nothing passes it for this run.",
    next: "Run the analysis again. If it happens again, stop the control gateway in the Containers view.",
  });
}
