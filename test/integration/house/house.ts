import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import type { Agent } from "../../../src/agent/agent.ts";
import type { Analysis, AnalysisId } from "../../../src/agent/analysis.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { Outcome } from "../../../src/approval/outcome.ts";
import type { ApprovalRequest } from "../../../src/approval/request.ts";
import type { Settings } from "../../../src/config/load.ts";
import type { Countersign } from "../../../src/countersign.ts";
import type { Disposable } from "../../../src/host.ts";
import type { RunRecord } from "../../../src/python/python-run.ts";
import { stateDirectory } from "../../../src/storage/state-directory.ts";
import { buildSettings } from "../../machine/build-settings.ts";
import {
  ScriptedModelServer,
  type Behaviour,
  type ScriptedRequest,
} from "../../machine/scripted-model-server.ts";
import { openHouse, type Opened } from "./opening.ts";

export const MEDIA = join(import.meta.dirname, "../../../media");
const run = promisify(execFile);
/** Tried once a test file: trying takes a container. */
const machine = buildSettings();
const patient = () => AbortSignal.timeout(280_000);

/** A folder with data, a state directory and a model server; houses are opened on it as windows are. */
export class TestWorkspace implements Opened, Disposable {
  readonly dir: string;
  /** `COUNTERSIGN_STATE_HOME` of whoever is to find what this workspace keeps. */
  readonly stateHome: string;
  readonly stateDir: string;
  readonly environment: NodeJS.ProcessEnv = { ...process.env };
  readonly settings: Record<string, unknown>;
  mediaDir = MEDIA;
  trusted = true;
  key: string | undefined;
  /** What the model answers next when it is asked for Python; the last one again and again. */
  code: string[] = ["print('nothing')"];
  /** The steps of its plan. */
  purposes = ["look"];
  /** The mode that it names with it. */
  mode = "read_only";
  /** What it answers with it that nobody asked it for. */
  besides: Readonly<Record<string, unknown>> = {};
  server: ScriptedModelServer | undefined;
  url = "";
  private readonly houses: Window[] = [];

  private constructor(root: string, settings: Settings) {
    this.dir = join(root, "workspace");
    this.stateHome = join(root, "state");
    this.stateDir = stateDirectory(this.dir, { COUNTERSIGN_STATE_HOME: this.stateHome });
    this.settings = { ...settings };
  }

  /** Goes when the test is over. */
  static async forTest(): Promise<TestWorkspace> {
    const workspace = await TestWorkspace.make();
    onTestFinished(() => workspace.dispose());
    return workspace;
  }

  static async make(): Promise<TestWorkspace> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "countersign-house-")));
    await mkdir(join(root, "workspace"));
    const workspace = new TestWorkspace(root, await ownSettings());
    await workspace.write("data/values.csv", "a\n1\n2\n3\n");
    await workspace.startModel();
    return workspace;
  }

  async startModel(key?: string): Promise<void> {
    const keyed = key === undefined ? {} : { key };
    this.server = await ScriptedModelServer.start({ script: (request) => this.answer(request), ...keyed });
    this.url = this.server.url;
  }

  /** Its address stays, and nobody answers there. */
  async stopModel(): Promise<void> {
    await this.server?.dispose();
    this.server = undefined;
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.dir, path)), { recursive: true });
    await writeFile(join(this.dir, path), content);
  }

  async open(): Promise<Window> {
    const house = await openHouse(this, this.environment);
    const window = new Window(house);
    this.houses.push(window);
    return window;
  }

  /** How often the model was asked for this structure. */
  asked(schema: string): number {
    return this.server?.requests.filter((request) => request.schema === schema).length ?? 0;
  }

  async dispose(): Promise<void> {
    for (const house of this.houses) await house.close();
    await this.server?.dispose();
    await rm(dirname(this.dir), { recursive: true, force: true });
  }

  private answer({ schema }: ScriptedRequest): Behaviour {
    if (schema === "task") return { answer: { task: "look at the values", kind: "analysis" } };
    if (schema === "plan")
      return {
        answer: { objective: "know the values", steps: this.purposes.map((purpose) => ({ purpose })) },
      };
    if (schema === "python")
      return { answer: { ...this.besides, ...pythonAnswer(this.nextCode(), this.mode) } };
    return { answer: { text: "That is what the values say." } };
  }

  private nextCode(): string {
    return (this.code.length > 1 ? this.code.shift() : this.code[0]) ?? "";
  }
}

function pythonAnswer(code: string, mode: string) {
  return { code, purpose: "looks at the values", expectedResults: "what it finds", mode };
}

/** What this machine needs for builds, and no sandbox in reserve: tests count what is there. */
async function ownSettings(): Promise<Settings> {
  const { buildNetwork, buildArguments, extraCaFile } = await machine;
  return {
    "framework.container.build_network": buildNetwork,
    "framework.container.build_arguments": buildArguments,
    "framework.container.extra_ca_file": extraCaFile,
    "framework.container.pool_size": 0,
  };
}

/** One house as a window has it, with a person in front of it. */
export class Window {
  readonly house: Countersign;

  constructor(house: Countersign) {
    this.house = house;
  }

  agent(): Promise<Agent> {
    return this.house.agent();
  }

  async ask(question: string): Promise<AnalysisId> {
    return (await this.agent()).start(question);
  }

  async settled(id: AnalysisId): Promise<Analysis> {
    return (await this.agent()).settled(id, patient());
  }

  /** The request that the analysis waits with. */
  async waiting(id: AnalysisId): Promise<ApprovalRequest> {
    const analysis = await this.settled(id);
    expect(analysis, JSON.stringify(analysis)).toMatchObject({ state: "waiting" });
    return this.house.approvals.get(analysis.waitingFor!);
  }

  async approve(id: RequestId): Promise<void> {
    const { proof } = await this.house.approvals.show(id, patient());
    await this.house.approvals.decide(id, { verdict: "approve" }, proof);
  }

  /** Resolves once the request has ended, whoever performs it. */
  outcome(id: RequestId): Promise<Outcome<RunRecord>> {
    return this.until(() => this.house.approvals.outcome<RunRecord>(id), this.house.approvals.onDidChange);
  }

  /** Resolves once the analysis has neither a runner nor a question to a person. */
  async ended(id: AnalysisId): Promise<Analysis> {
    const agent = await this.agent();
    const over = () => {
      const analysis = agent.get(id);
      return ["finished", "failed", "cancelled"].includes(analysis.state) ? analysis : undefined;
    };
    return this.until(over, agent.onDidChange);
  }

  /** Asked, approved, performed: everything but the answer. */
  async perform(
    question: string,
  ): Promise<{ id: AnalysisId; request: ApprovalRequest; outcome: Outcome<RunRecord> }> {
    const id = await this.ask(question);
    const request = await this.waiting(id);
    await this.approve(request.id);
    return { id, request, outcome: await this.outcome(request.id) };
  }

  /** Asks, approves, and resolves once the code has printed this. */
  async atWork(
    question: string,
    text: string,
  ): Promise<{ readonly id: AnalysisId; readonly request: ApprovalRequest }> {
    const id = await this.ask(question);
    const request = await this.waiting(id);
    const printed = this.printed(text);
    await this.approve(request.id);
    await printed;
    return { id, request };
  }

  /** Resolves once code that runs has printed this. */
  async printed(text: string): Promise<void> {
    const agent = await this.agent();
    let all = "";
    await new Promise<void>((resolve) => {
      const listening = agent.onOutput(({ output }) => {
        if (output.type === "stream") all += output.text;
        if (!all.includes(text)) return;
        void listening.dispose();
        resolve();
      });
    });
  }

  async until<T>(look: () => T | undefined, event: (listener: () => void) => Disposable): Promise<T> {
    const limit = patient();
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        void listening.dispose();
        resolve(found);
      };
      const listening = event(check);
      limit.addEventListener("abort", () => reject(new Error("nothing happened")));
      check();
    });
  }

  /** Types of the request's rows in the ledger, in order. */
  ledger(id: RequestId): readonly string[] {
    return ledgerOf(this.house)
      .rows(id)
      .map(({ type }) => type);
  }

  started(id: RequestId): number {
    return this.ledger(id).filter((type) => type === "started").length;
  }

  async close(): Promise<void> {
    await this.house.dispose();
  }
}

/** The inbox's own ledger; the face that windows get has no need of it. */
function ledgerOf(house: Countersign) {
  return (house.approvals as unknown as import("../../../src/approval/inbox.ts").Inbox).ledger;
}

/** Names of the containers that this process made, whatever they are doing. */
export async function ownContainers(host?: string): Promise<readonly string[]> {
  const where = host === undefined ? [] : ["--host", host];
  const format = '{{.Names}} {{.Label "dev.countersign.owner"}}';
  const { stdout } = await run("docker", [
    ...where,
    "ps",
    "-a",
    "--filter",
    "label=dev.countersign.owner",
    "--format",
    format,
  ]);
  const mine = stdout.split("\n").filter((line) => line.includes(`"pid":${process.pid},`));
  return mine.map((line) => line.split(" ")[0] ?? "");
}

/** What a failed analysis or outcome tells; every error must say what to do. */
export function told(error: { code: string; message: string; kept?: string; next: string } | undefined) {
  expect(error, "no error").toBeDefined();
  expect(error!.next).not.toBe("");
  return error!;
}
