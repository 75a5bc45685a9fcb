import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Claim } from "../../approval/claim.ts";
import type { Noted } from "../../approval/outcome.ts";
import { KernelClient } from "../kernel/kernel-client.ts";
import { loopback } from "../kernel/wire.ts";
import type { Output } from "../python-run.ts";
import type { StagedEntry } from "../runs/archive.ts";
import type { Collector } from "../runs/collector.ts";
import { collectFolder } from "../runs/folder-collection.ts";
import { LocalGateway } from "./local-gateway.ts";
import type { DataFolder, Sandbox } from "./sandbox.ts";

export interface LocalSandboxFiles {
  /** The environment's interpreter. */
  readonly python: string;
  /** `media/services/jupyter`. */
  readonly serviceDir: string;
}

/** No isolation: a process of this user. It is only like a sandbox in that it serves one run and nothing of it is left over. */
export class LocalSandbox implements Sandbox {
  private readonly root: string;
  private readonly dataFolders: readonly DataFolder[];
  private readonly gateway: LocalGateway;
  private readonly client: KernelClient;

  private constructor(
    root: string,
    dataFolders: readonly DataFolder[],
    gateway: LocalGateway,
    client: KernelClient,
  ) {
    this.root = root;
    this.dataFolders = dataFolders;
    this.gateway = gateway;
    this.client = client;
  }

  static async create(
    files: LocalSandboxFiles,
    dataFolders: readonly DataFolder[],
    signal: AbortSignal,
  ): Promise<LocalSandbox> {
    const root = await mkdtemp(join(tmpdir(), "countersign-"));
    let gateway: LocalGateway | undefined;
    try {
      gateway = await startGateway(root, files, signal);
      const address = loopback(new Agent(), gateway.port, gateway.token);
      const client = await KernelClient.connect(address, signal);
      return new LocalSandbox(root, dataFolders, gateway, client);
    } catch (error) {
      await gateway?.kill().catch(() => undefined);
      await rm(root, { recursive: true, force: true });
      throw error;
    }
  }

  get identity(): Readonly<Record<string, string>> {
    return { process: String(this.gateway.processId) };
  }

  get alive(): boolean {
    return this.client.connected;
  }

  /** Nothing to check: nothing limits it. */
  async adopt(): Promise<void> {
    await Promise.resolve();
  }

  async stage(entries: readonly StagedEntry[]): Promise<void> {
    const links = this.dataFolders.map(({ name, realPath }) => ({ path: name, linkTo: realPath }));
    for (const entry of [...links, ...entries]) {
      const path = join(this.workingFolder, entry.path);
      await mkdir(dirname(path), { recursive: true });
      if ("linkTo" in entry) await symlink(entry.linkTo, path);
      else await writeFile(path, entry.content, { flag: "wx" });
    }
  }

  run(code: string, claim: Claim, seconds: number, noted: Noted): Promise<AsyncIterable<Output>> {
    return this.client.execute(code, seconds, () => claim.startPatiently(noted));
  }

  async interrupt(): Promise<void> {
    await this.client.interrupt();
  }

  abandon(reason: Error): void {
    this.client.abandon(reason);
  }

  async postMortem(): Promise<"kernel-died"> {
    return Promise.resolve("kernel-died");
  }

  async collect(collector: Collector): Promise<void> {
    this.client.dispose();
    await this.gateway.kill();
    await collectFolder(this.workingFolder, collector);
  }

  async dispose(): Promise<void> {
    this.client.dispose();
    await this.gateway.kill();
    await rm(this.root, { recursive: true, force: true });
  }

  private get workingFolder(): string {
    return join(this.root, "work");
  }
}

async function startGateway(
  root: string,
  files: LocalSandboxFiles,
  signal: AbortSignal,
): Promise<LocalGateway> {
  const home = join(root, "home");
  const workingFolder = join(root, "work");
  await mkdir(workingFolder);
  await mkdir(join(home, "runtime"), { recursive: true });
  const startup = join(home, "ipython", "profile_default", "startup");
  await cp(join(files.serviceDir, "startup"), startup, { recursive: true });
  const config = join(files.serviceDir, "gateway_config.py");
  return LocalGateway.start({ python: files.python, config, workingFolder, home }, signal);
}
