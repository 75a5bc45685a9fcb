import type { Reading } from "./reading.ts";
import { gap } from "./text.ts";
import {
  NUMBER,
  NamedSets,
  type Value,
  type ValueOf,
  type Values,
  instance,
  text,
  unique,
} from "./values.ts";

/** Objects of libraries that were made for another target than they were created with, as far as anybody knows. */
export class LostTargets {
  private readonly lost: NamedSets;

  constructor(reading: Reading) {
    this.lost = new NamedSets(reading);
  }

  /** From now on it may be for any target: it was initialised again, or its attributes were written. */
  lose(value: ValueOf<"instance">): void {
    if (value.target !== undefined) this.lost.named(value.key);
  }

  /** From now on what is not known may be the program itself, with the names of this code. */
  openNames(): void {
    this.lost.named("");
  }

  get namesAreOpen(): boolean {
    return this.lost.has("");
  }

  /** The same values, and those that lost their targets without them. */
  among(values: Values): Values {
    const targeted = values.filter((value) => value.kind === "instance" && value.target !== undefined);
    if (targeted.length === 0 || this.lost.size === 0) return values;
    const lost = targeted.filter(({ key }) => this.lost.has(key));
    return lost.length === 0 ? values : unique([...values, ...lost.flatMap(another)]);
  }
}

/** One of the same kind of which nothing else is known; none for what is not told apart by what it is. */
export function another(value: Value): Values {
  if (value.kind === "text") return [text(gap("unknown"), value.bytes)];
  if (value.kind === "number") return [NUMBER];
  return value.kind === "instance" ? [instance(value.type)] : [];
}
