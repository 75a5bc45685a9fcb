import { join } from "node:path";
import { readSeccompProfile, type SeccompProfile } from "../../../src/containers/seccomp-profile.ts";
import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { createOptions } from "../../../src/containers/container-options.ts";
import type { ContainerSpec, Engine } from "../../../src/containers/engine.ts";
import type { Configuration } from "../../../src/config/configuration.ts";
import type { Disposable } from "../../../src/host.ts";
import { dockerClient } from "../../machine/parts/container-engine.ts";

/** Gateways of this name are on the path of every image of ours. */
const GATEWAY = "/opt/venv/bin/jupyter-kernelgateway";
const PUBLISHED = "8889/tcp";
const MEGABYTE = 1024 * 1024;

export interface BenchContainerParts {
  readonly engine: Engine;
  readonly imageId: string;
  readonly kernelName: string;
  readonly limits: Configuration["execution"]["limits"];
}

const MEDIA = join(import.meta.dirname, "../../../media");

/**
 * The product's image, hardened and limited as its sandboxes are, with two differences: the gateway takes more than one
 * request, and a stock gateway beside it is reached as stock gateways are, through a published port.
 */
export class BenchContainer implements Disposable {
  readonly token = randomUUID();
  readonly kernelName: string;
  private readonly parts: BenchContainerParts;
  private readonly profile: SeccompProfile;
  private readonly name = `countersign-bench-${randomUUID()}`;
  private readonly docker = dockerClient();

  private constructor(parts: BenchContainerParts, profile: SeccompProfile) {
    this.parts = parts;
    this.profile = profile;
    this.kernelName = parts.kernelName;
  }

  /** Started; the gateway may not listen yet. */
  static async start(parts: BenchContainerParts): Promise<BenchContainer> {
    const made = new BenchContainer(parts, await readSeccompProfile(MEDIA));
    try {
      // The engine's default network is not on every machine.
      await made.docker.createNetwork({ Name: made.name });
      await made.docker.createContainer(made.options());
      await parts.engine.start(made.name);
      return made;
    } catch (error) {
      await made.dispose();
      throw error;
    }
  }

  exec(command: readonly string[]): Promise<Duplex> {
    return this.parts.engine.exec(this.name, command);
  }

  /** A gateway without a line of configuration, and its address on this machine. */
  async startStockGateway(): Promise<{ readonly baseUrl: string; readonly output: Duplex }> {
    const settings = ["KG_IP=0.0.0.0", "KG_PORT=8889", `KG_AUTH_TOKEN=${this.token}`];
    const output = await this.exec(["env", "JUPYTER_NO_CONFIG=1", ...settings, GATEWAY]);
    output.resume();
    const { NetworkSettings } = await this.docker.getContainer(this.name).inspect();
    const port = NetworkSettings.Ports[PUBLISHED]?.[0]?.HostPort;
    if (port === undefined) throw new Error("the engine published no port for the stock gateway");
    return { baseUrl: `http://127.0.0.1:${port}/`, output };
  }

  async dispose(): Promise<void> {
    await this.parts.engine.remove(this.name);
    await this.docker
      .getNetwork(this.name)
      .remove()
      .catch(() => undefined);
  }

  private options(): ReturnType<typeof createOptions> {
    const { _query, _body } = createOptions(
      this.spec(),
      this.parts.engine.address,
      this.profile,
    ) as unknown as {
      readonly _query: object;
      readonly _body: { readonly HostConfig: object };
    };
    const PortBindings = { [PUBLISHED]: [{ HostIp: "127.0.0.1", HostPort: "" }] };
    const body = {
      ..._body,
      ExposedPorts: { [PUBLISHED]: {} },
      HostConfig: { ..._body.HostConfig, PortBindings },
    };
    return { _query, _body: body } as unknown as ReturnType<typeof createOptions>;
  }

  private spec(): ContainerSpec {
    const { limits, imageId, kernelName } = this.parts;
    return {
      name: this.name,
      image: imageId,
      labels: {},
      environment: { KG_AUTH_TOKEN: this.token, KG_DEFAULT_KERNEL_NAME: kernelName },
      command: [GATEWAY, "--config=/bench/gateway_config.py"],
      network: this.name,
      user: "1000:1000",
      readOnlyRoot: true,
      memoryBytes: limits.memoryMb * MEGABYTE,
      cpus: limits.cpus,
      processes: limits.processes,
      tmpfs: { "/tmp": "size=64m,nr_inodes=16k,mode=1777,nosuid,nodev,noexec" },
      mounts: [{ type: "bind", source: import.meta.dirname, target: "/bench", readOnly: true }],
    };
  }
}
