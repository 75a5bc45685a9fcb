import type { Arguments } from "./evaluator.ts";
import type { Reading, Unit } from "./reading.ts";
import type { Value, Values } from "./values.ts";

interface Result {
  readonly values: Values;
  /** Who found it out. */
  readonly unit: Unit | undefined;
}

/** What was found out and done in this pass already, so that it is neither found out nor done again. */
export class PassMemory {
  private readonly reading: Reading;
  private readonly results = new Map<string, Result>();
  private readonly done = new Set<string>();
  /** Names stay for all passes. */
  private readonly ids = new Map<string, number>();

  constructor(reading: Reading) {
    this.reading = reading;
  }

  beginPass(): void {
    this.done.clear();
    this.results.clear();
  }

  resultOf(key: string): Values | undefined {
    const found = this.results.get(key);
    this.reading.follow(found?.unit);
    return found?.values;
  }

  keep(key: string, values: Values): Values {
    this.results.set(key, { values, unit: this.reading.unit });
    return values;
  }

  /** Whether it is done for the first time in this pass; from now on it is not. */
  isFirst(key: string): boolean {
    if (this.done.has(key)) return false;
    this.done.add(key);
    return true;
  }

  /** A short name for a value. */
  idOf(value: Value): number {
    const found = this.ids.get(value.key);
    if (found !== undefined) return found;
    this.ids.set(value.key, this.ids.size);
    return this.ids.size - 1;
  }

  /** The same for arguments that are the same. */
  signatureOf(args: Arguments): string {
    const ids = (values: Values) => values.map((value) => this.idOf(value)).join();
    const keywords = [...args.keywords].map(([name, values]) => `${name}=${ids(values)}`);
    return [...args.positional.map(ids), ...keywords, ids(args.rest), ids(args.named)].join("|");
  }
}
