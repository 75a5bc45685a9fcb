import type { Reading, Unit } from "./reading.ts";

/** A module whose names were all imported, and whether anything is known about it. */
export interface Star {
  readonly module: string;
  readonly foreign: boolean;
  /** Where it stands, the last time that it is seen. */
  readonly from: number;
}

interface Import {
  readonly from: number;
  readonly unit: Unit | undefined;
}

/** The star imports of a module, which may import the same again and again. */
export class Stars {
  private readonly byModule = new Map<string, { readonly foreign: boolean; readonly imports: Import[] }>();
  private readonly places = new Set<number>();
  private readonly readers = new Set<Unit>();
  private readonly reading: Reading;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** To be told in the order of the text. */
  add(module: string, foreign: boolean, from: number): void {
    if (this.places.has(from)) return;
    this.places.add(from);
    const { unit } = this.reading;
    const star = this.byModule.get(module) ?? { foreign, imports: [] };
    star.imports.push({ from, unit });
    this.byModule.set(module, star);
    this.reading.grew(unit === undefined ? this.readers : [...this.readers, unit]);
  }

  /** All of them, for what may be called at any time. */
  get all(): readonly Star[] {
    this.reading.note(this.readers);
    return this.seen(() => true);
  }

  /** Those before this offset; and those of the same statement, since in a loop one can come before what stands before it. */
  before(offset: number): readonly Star[] {
    const { unit } = this.reading;
    return this.seen((one) => one.from <= offset || one.unit === unit);
  }

  private seen(isSeen: (one: Import) => boolean): readonly Star[] {
    if (this.byModule.size === 0) return [];
    const found: Star[] = [];
    for (const [module, { foreign, imports }] of this.byModule) {
      const from = lastOf(imports, isSeen)?.from;
      if (from !== undefined) found.push({ module, foreign, from });
    }
    return found;
  }
}

/** In order of the text those that are seen come first. */
function lastOf(imports: readonly Import[], isSeen: (one: Import) => boolean): Import | undefined {
  let [first, behind] = [-1, imports.length];
  while (behind - first > 1) {
    const middle = (first + behind) >> 1;
    const one = imports[middle];
    if (one !== undefined && isSeen(one)) first = middle;
    else behind = middle;
  }
  return imports[first];
}
