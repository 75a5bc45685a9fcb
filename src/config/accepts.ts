import type { Accepts } from "./key.ts";

export const ABSOLUTE = /^(\/|[A-Za-z]:[\\/]).+/;

/** A number from one to another, in this unit. */
export const limit = (unit: string, minimum: number, maximum: number, integer = true): Accepts => ({
  type: "number",
  minimum,
  maximum,
  integer,
  unit,
});
