import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Containers } from "../../containers/containers.ts";
import { LABEL, type ContainerSpec, type Engine } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";
import type { Disposable, Log } from "../../host.ts";
import { bridgeCommand } from "../kernel/tunnel.ts";
import { ownerLabels } from "../sandboxes/ownership.ts";
import type { ControlAccess } from "./control-access.ts";
import { ControlGateway } from "./control-gateway.ts";

const CLAIMS_PORT = 7064;
const MEGABYTE = 1024 * 1024;

interface Parts {
  readonly containers: () => Promise<Containers>;
  readonly log: Log;
}

/** The control gateways of this process: one for each control system that a run reaches, started when it is first needed. */
export class ControlGateways implements Disposable {
  private readonly parts: Parts;
  private readonly running = new Map<string, Promise<ControlGateway>>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** The gateway to this control system; its image is built first where it is missing, which `onLine` hears of. */
  async ensure(
    access: ControlAccess,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ControlGateway> {
    const key = JSON.stringify([access.gateway, access.address, access.port, access.network]);
    const before = this.running.get(key);
    if (before && (await isAlive(before))) return before;
    const starting = this.start(access, onLine, signal);
    this.running.set(key, starting);
    starting.catch(() => {
      if (this.running.get(key) === starting) this.running.delete(key);
    });
    return starting;
  }

  async dispose(): Promise<void> {
    const ending = [...this.running.values()].map(async (one) => (await one).dispose());
    this.running.clear();
    for (const result of await Promise.allSettled(ending)) {
      if (result.status === "rejected")
        this.parts.log.debug("A control gateway could not be removed", result.reason);
    }
  }

  private async start(
    access: ControlAccess,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ControlGateway> {
    const containers = await this.parts.containers();
    const [engine, image] = [await containers.engine(), await containers.ensureGatewayImage(onLine, signal)];
    const id = await engine.createContainer(gatewaySpec(image.id, access), signal);
    try {
      await engine.start(id);
      return new ControlGateway(engine, id, await openChannel(engine, id));
    } catch (error) {
      await engine.remove(id).catch(() => undefined);
      throw cannotStart(access, error);
    }
  }
}

async function isAlive(gateway: Promise<ControlGateway>): Promise<boolean> {
  return gateway.then(
    (one) => one.alive,
    () => false,
  );
}

function openChannel(engine: Engine, id: string): Promise<Duplex> {
  return engine.exec(id, bridgeCommand(CLAIMS_PORT));
}

function gatewaySpec(image: string, access: ControlAccess): ContainerSpec {
  return {
    name: `countersign-control-gateway-${access.gateway}-${randomUUID().slice(0, 8)}`,
    image,
    labels: { [LABEL]: "gateway", ...ownerLabels() },
    environment: {
      COUNTERSIGN_CONTROL_ADDRESS: access.address,
      COUNTERSIGN_CONTROL_PORT: String(access.port),
      COUNTERSIGN_CLAIMS_PORT: String(CLAIMS_PORT),
    },
    network: access.network,
    resolvesNames: true,
    user: "1000:1000",
    readOnlyRoot: true,
    memoryBytes: 256 * MEGABYTE,
    cpus: 1,
    processes: 64,
    tmpfs: { "/tmp": "size=8m,mode=1777,nosuid,nodev,noexec" },
    mounts: [],
  };
}

function cannotStart({ gateway, network }: ControlAccess, cause: unknown): CountersignError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new CountersignError("engine-failed", {
    message: `The control gateway ${gateway} does not start: ${said}`,
    kept: "Nothing ran, and no control system was reached.",
    next: `See that the engine has the network ${network}, which the setting countersign.execution.controlGateways names.`,
    cause,
  });
}
