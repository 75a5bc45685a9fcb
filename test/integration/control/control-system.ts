import { randomInt, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Configuration } from "../../../src/config/configuration.ts";
import type { Engine } from "../../../src/containers/engine.ts";
import { LABEL } from "../../../src/containers/engine.ts";
import { serviceRecipe } from "../../../src/containers/service-recipe.ts";
import type { Disposable } from "../../../src/host.ts";
import type { Puts } from "../../../src/python/control/allowed-puts.ts";
import type { ControlAccess } from "../../../src/python/control/control-access.ts";

const MEGABYTE = 1024 * 1024;
const PORT = 5064;

/** A soft IOC in a container, on a network of its own. */
export class ControlSystem implements Disposable {
  readonly network = `countersign-test-${randomUUID()}`;
  readonly address: string;
  private readonly engine: Engine;
  private readonly image: string;
  private readonly subnet: string;
  private id: string | undefined;

  private constructor(engine: Engine, image: string) {
    const third = randomInt(256);
    this.subnet = `10.213.${third}.0/29`;
    this.address = `10.213.${third}.5`;
    this.engine = engine;
    this.image = image;
  }

  /** Image and network are there, the IOC does not run yet. */
  static async prepare(
    engine: Engine,
    container: Configuration["container"],
    signal: AbortSignal,
  ): Promise<ControlSystem> {
    const recipe = await serviceRecipe(
      join(import.meta.dirname, "ioc"),
      { ...container, packages: "" },
      signal,
    );
    const { tag, context } = recipe;
    const labels = { "dev.countersign.tests": "image" };
    const { buildArguments, buildNetwork: network } = container;
    const image =
      (await engine.image(tag)) ??
      (await engine.build({ tag, context, labels, buildArguments, network }, () => undefined, signal));
    const system = new ControlSystem(engine, image.id);
    await engine.createInternalNetwork(system.network, system.subnet, {});
    return system;
  }

  access(gateway: string, puts: Puts): ControlAccess {
    return { gateway, address: this.address, port: PORT, network: this.network, puts };
  }

  async start(): Promise<void> {
    const spec = {
      name: `countersign-test-ioc-${randomUUID()}`,
      image: this.image,
      labels: { [LABEL]: "test" },
      environment: {},
      network: this.network,
      address: this.address,
      user: "1000:1000",
      readOnlyRoot: true,
      memoryBytes: 256 * MEGABYTE,
      cpus: 1,
      processes: 64,
      tmpfs: { "/tmp": "size=8m,mode=1777" },
      mounts: [],
    };
    this.id = await this.engine.createContainer(spec, AbortSignal.timeout(30_000));
    await this.engine.start(this.id);
  }

  async dispose(): Promise<void> {
    if (this.id !== undefined) await this.engine.remove(this.id);
    await this.engine.removeNetwork(this.network);
  }
}
