import type { Containers } from "../../containers/containers.ts";
import { LABEL, type ContainerSpec } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";
import { sandboxLabels } from "../sandboxes/ownership.ts";
import type { ControlAccess } from "./control-access.ts";
import { CLAIMS_PORT, ControlGateway } from "./control-gateway.ts";
import { RELAY_FOLDER, startRelay } from "./relay.ts";

const MEGABYTE = 1024 * 1024;

interface Parts {
  readonly containers: () => Promise<Containers>;
  /** Absolute path of `media/`. */
  readonly mediaDir: string;
}

/** A running sandbox that is to reach a control system. */
export interface Reaching {
  readonly id: string;
  /** That it was made under. */
  readonly name: string;
  /** That it and its gateway share. */
  readonly volume: string;
}

/** Makes control gateways, one for each sandbox that reaches a control system: who speaks to it is known by that alone. */
export class ControlGateways {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Builds the gateways' image where it is missing, which `onLine` hears of. */
  async ensureImage(onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    return (await (await this.parts.containers()).ensureGatewayImage(onLine, signal)).id;
  }

  /**
   * A gateway of this sandbox's own, which is reached from within it on its loopback interface.
   * @throws `engine-failed`, `engine-stopped`, `cancelled`
   */
  async start(access: ControlAccess, sandbox: Reaching, signal: AbortSignal): Promise<ControlGateway> {
    const image = await this.ensureImage(() => undefined, signal);
    const engine = await (await this.parts.containers()).engine();
    const id = await engine.createContainer(gatewaySpec(image, access, sandbox), signal);
    try {
      await engine.start(id);
      const [gateway] = await Promise.all([
        ControlGateway.connect(engine, id),
        startRelay(engine, sandbox.id, this.parts.mediaDir),
      ]);
      return gateway;
    } catch (error) {
      await engine.remove(id).catch(() => undefined);
      throw cannotStart(access, error);
    }
  }
}

function gatewaySpec(image: string, access: ControlAccess, sandbox: Reaching): ContainerSpec {
  return {
    name: `${sandbox.name}-control-gateway`,
    image,
    labels: { [LABEL]: "gateway", ...sandboxLabels(sandbox.name) },
    environment: {
      COUNTERSIGN_CONTROL_ADDRESS: access.address,
      COUNTERSIGN_CONTROL_PORT: String(access.port),
      COUNTERSIGN_RELAY_FOLDER: RELAY_FOLDER,
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
    mounts: [{ type: "volume", source: sandbox.volume, target: RELAY_FOLDER, readOnly: false }],
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
