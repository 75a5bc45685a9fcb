import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { DockerEngine } from "../../../src/containers/docker-engine.ts";
import { join } from "node:path";
import { readSeccompProfile } from "../../../src/containers/seccomp-profile.ts";
import { findEngine } from "../../../src/containers/engine-discovery.ts";
import type { ContainerSpec, Engine } from "../../../src/containers/engine.ts";
import { LABEL } from "../../../src/containers/engine.ts";
import type { Log } from "../../../src/host.ts";

export const BASE_IMAGE = "debian:bookworm-slim";
export const never = new AbortController().signal;

const ignore = (): undefined => undefined;
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A real engine, and everything that one test file makes in it under a label of its own. */
export class EngineUnderTest {
  readonly engine: Engine;
  readonly run = `test-${randomUUID().slice(0, 8)}`;
  readonly labels = { [LABEL]: this.run };
  readonly label = `${LABEL}=${this.run}`;
  private count = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  static async find(environment: NodeJS.ProcessEnv = process.env): Promise<EngineUnderTest> {
    const profile = await readSeccompProfile(join(import.meta.dirname, "../../../media"));
    return new EngineUnderTest(new DockerEngine(await findEngine(environment, never), profile, silentLog));
  }

  name(): string {
    this.count += 1;
    return `countersign-${this.run}-${this.count}`;
  }

  spec(over: Partial<ContainerSpec> = {}): ContainerSpec {
    return {
      name: this.name(),
      image: BASE_IMAGE,
      labels: this.labels,
      environment: {},
      command: ["sleep", "600"],
      network: "none",
      user: "1000:1000",
      readOnlyRoot: true,
      memoryBytes: 64 * 1024 * 1024,
      cpus: 0.5,
      processes: 32,
      tmpfs: { "/tmp": "size=8m,mode=1777" },
      mounts: [],
      ...over,
    };
  }

  async start(over: Partial<ContainerSpec> = {}): Promise<string> {
    const id = await this.engine.createContainer(this.spec(over), never);
    await this.engine.start(id);
    return id;
  }

  /** What a command writes to stdout in a container; its stderr too where the command says `2>&1`. */
  async shell(id: string, command: string): Promise<string> {
    const stream = await this.engine.exec(id, ["sh", "-c", command]);
    stream.end();
    return text(stream);
  }

  async cleanUp(): Promise<void> {
    for (const { id } of await this.engine.containers(this.label)) await this.engine.remove(id);
    for (const { name } of await this.engine.volumes(this.label)) await this.engine.removeVolume(name);
    for (const { id } of await this.engine.images(this.label)) await this.engine.removeImage(id);
    await this.engine.dispose();
  }
}
