/** A statement of the module or the body of a function: what is evaluated, or left out, as a whole. By that node's id. */
export type Unit = number;

/**
 * Which unit is evaluated now, and which are to be evaluated again. What can grow remembers the units that read it, and
 * tells here when it grew.
 */
export class Reading {
  private current: Unit | undefined;
  private hasGrown = false;
  private concerned = new Set<Unit>();
  /** Units that were told what another one had found out in the same pass: what concerns that one concerns them. */
  private readonly followers = new Map<Unit, Set<Unit>>();

  get unit(): Unit | undefined {
    return this.current;
  }

  /** From here on this unit is evaluated: it reads all that has grown until now. */
  begin(unit: Unit): void {
    this.current = unit;
    this.concerned.delete(unit);
  }

  end(): void {
    this.current = undefined;
  }

  note(readers: Set<Unit>): void {
    if (this.current !== undefined) readers.add(this.current);
  }

  /** Something grew that these units read. */
  grew(readers: Iterable<Unit>): void {
    this.hasGrown = true;
    for (const unit of readers) this.concerned.add(unit);
  }

  /** What the current unit is told was found out by this one. */
  follow(unit: Unit | undefined): void {
    if (unit === undefined || this.current === undefined || unit === this.current) return;
    const followers = this.followers.get(unit) ?? new Set();
    this.followers.set(unit, followers.add(this.current));
  }

  /** Whether anything grew since this was last asked. */
  takeGrowth(): boolean {
    const grown = this.hasGrown;
    this.hasGrown = false;
    return grown;
  }

  /** The units that are to be evaluated again, since this was last asked. */
  takeConcerned(): ReadonlySet<Unit> {
    const { concerned } = this;
    this.concerned = new Set();
    // A set that grows while it is iterated over is iterated over to its new end.
    for (const unit of concerned)
      for (const follower of this.followers.get(unit) ?? []) concerned.add(follower);
    return concerned;
  }
}
