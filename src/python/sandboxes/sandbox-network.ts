import { randomInt } from "node:crypto";
import { LABEL, type Engine } from "../../containers/engine.ts";

/** A network of one sandbox, so that networks of its mode can be attached to it. */
export interface SandboxNetwork {
  readonly name: string;
  /** IPv4 address of the sandbox. */
  readonly address: string;
}

/** Addresses that are routed nowhere (RFC 2544), in networks of eight. */
const FIRST = [198, 18] as const;
const NETWORKS = 2 ** 14;
const TRIES = 10;

/** @throws as `Engine` does, where none of several subnets is free */
export async function createSandboxNetwork(
  engine: Engine,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<SandboxNetwork> {
  for (let tries = 1; ; tries += 1) {
    const place = randomInt(NETWORKS) * 8;
    try {
      await engine.createInternalNetwork(name, `${addressAt(place)}/29`, { [LABEL]: "network", ...labels });
      return { name, address: addressAt(place + 2) };
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

function addressAt(place: number): string {
  const [first, second] = FIRST;
  return [first, second + (place >> 16), (place >> 8) & 255, place & 255].join(".");
}
