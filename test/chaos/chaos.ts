import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { RequestId } from "../../src/approval/decisions.ts";
import type { RunRecord } from "../../src/python/python-run.ts";
import type { Disposable } from "../../src/host.ts";
import { Laboratory } from "../integration/python/laboratory.ts";
import { Counter } from "./counter.ts";
import { House, type Place } from "./house.ts";
import type { Point } from "./points.ts";

const OWNER = fileURLToPath(new URL("owner.ts", import.meta.url));
const PATIENCE_MS = 120_000;

export interface Round {
  readonly point: Point;
  /** How it ended for the window that came after. */
  readonly state: string;
  /** How often the code really ran. */
  readonly ran: number;
  /** What the window that came after knows of what it printed. */
  readonly printed: string;
}

/** Windows that are killed at named points, and the window that comes after each. */
export class Chaos implements Disposable {
  readonly rounds: Round[] = [];
  private readonly lab: Laboratory;
  private readonly counter: Counter;
  private readonly place: Place;

  private constructor(lab: Laboratory, counter: Counter) {
    this.lab = lab;
    this.counter = counter;
    const { workspace, stateDir, configuration } = lab;
    const { execution } = configuration;
    const read_only = { ...execution.modes.read_only, networks: [counter.network] };
    const modes = { ...execution.modes, read_only };
    // What runs must be what the configuration still allows, the network of the counter too.
    this.place = {
      workspaceDir: workspace,
      stateDir,
      configuration: { ...configuration, execution: { ...execution, modes } },
    };
  }

  static async open(): Promise<Chaos> {
    const lab = await Laboratory.open();
    const image = await lab.containers.ensureSandboxImage(
      null,
      () => undefined,
      AbortSignal.timeout(280_000),
    );
    return new Chaos(lab, await Counter.start(await lab.containers.engine(), image.id));
  }

  /** Kills −9 the window that performs a run when it is at this point; another one finds out and goes on. */
  async kill(point: Point): Promise<Round> {
    const name = randomUUID();
    const window = this.open(name, point, false);
    const request = (await window.says("REQUEST")) as RequestId;
    await window.says("AT");
    await window.kill();
    const house = House.open(this.place);
    try {
      await house.inbox.recover();
      const outcome = await house.inbox.perform<RunRecord>(request, AbortSignal.timeout(PATIENCE_MS));
      const printed = outcome.state === "finished" ? outcome.result.text : "";
      const round = { point, state: outcome.state, ran: await this.counter.count(name), printed };
      this.rounds.push(round);
      return round;
    } finally {
      await house.dispose();
    }
  }

  /** Stops a window with SIGSTOP before it started, looks whether another one takes its run away, and lets it go on. */
  async stop(): Promise<{ readonly taken: number; readonly state: string; readonly ran: number }> {
    const name = randomUUID();
    const window = this.open(name, "connected", true);
    await window.says("AT");
    window.signal("SIGSTOP");
    const house = House.open(this.place);
    try {
      const taken = (await house.inbox.recover()).length;
      window.signal("SIGCONT");
      const state = await window.says("OUTCOME");
      return { taken, state, ran: await this.counter.count(name) };
    } finally {
      await house.dispose();
      await window.kill();
    }
  }

  async ledgerHolds(): Promise<boolean> {
    const house = House.open(this.place);
    try {
      return house.inbox.ledger.verify().ok;
    } finally {
      await house.dispose();
    }
  }

  async dispose(): Promise<void> {
    await this.counter.dispose();
    await this.lab.dispose();
  }

  private open(name: string, point: Point, goOn: boolean): Window {
    return new Window({ place: this.place, code: this.counter.code(name), point, goOn });
  }
}

class Window {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(orders: object) {
    this.child = spawn(process.execPath, [OWNER, JSON.stringify(orders)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** What follows the word on the next line that begins with it. */
  async says(word: string): Promise<string> {
    for (;;) {
      const { value, done } = (await this.lines.next()) as IteratorResult<string, undefined>;
      if (done) throw new Error(`The window ended before it said ${word}.`);
      if (value.startsWith(`${word} `)) return value.slice(word.length + 1);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}
