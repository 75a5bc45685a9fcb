/** A statement of the module or the body of a function: what is evaluated, or left out, as a whole. By its node's id. */
export type Unit = number;

/** Which unit is evaluated now. Sets of values that know of it remember who read them, and so whom their growth concerns. */
export class Reading {
  unit: Unit | undefined;
}
