import type { Configuration } from "../../config/configuration.ts";
import { putsInWords, type Puts } from "./allowed-puts.ts";

/** The control system that a run reaches, and whether it may change anything there. Part of what is approved. */
export interface ControlAccess {
  /** Name of the control gateway: `read_only`. */
  readonly gateway: string;
  /** What lies behind it: name or IPv4 address, and the UDP port of its searches. */
  readonly address: string;
  readonly port: number;
  /** The engine's network from which the gateway reaches it. */
  readonly network: string;
  /** What passes while the run is performed. */
  readonly puts: Puts;
}

/**
 * What code in this mode reaches. Puts pass only where mode and operator allow them, and only those that were
 * recognised in the code: nobody approved any other.
 */
export function controlAccess(
  { modes, gateways, epicsWritesEnabled }: Configuration["execution"],
  modeName: string,
  recognised: Puts,
): ControlAccess | null {
  const mode = Object.hasOwn(modes, modeName) ? modes[modeName] : undefined;
  const target = mode?.gateway == null ? undefined : gateways[mode.gateway];
  if (mode?.gateway == null || target === undefined) return null;
  const puts = mode.allowsWrites && epicsWritesEnabled ? recognised : "none";
  return { gateway: mode.gateway, ...target, puts };
}

/** One sentence for people, without a full stop. */
export function controlInWords({ gateway, address, port, puts }: ControlAccess): string {
  return `${address}:${port} through the control gateway ${gateway}: ${putsInWords(puts)}`;
}
