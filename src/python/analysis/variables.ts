import { lastBefore } from "./in-order.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import type { Reading } from "./reading.ts";
import { type Values, ValueSet } from "./values.ts";

/** One run of code from its first statement to its last: of the program, of a call, of a generator. */
export interface Frame {
  /** Each run begins with names of its own. Text that other code runs may run again, with the names it left. */
  readonly isFresh: boolean;
}

/** A part of the text, by offsets. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Binding {
  /** For the reasoning in messages. */
  readonly boundAt: SyntaxNode;
  readonly boundBy: "import" | "assignment";
}

/** What a name is from one statement that surely binds it anew to the next. */
interface Version extends Binding {
  /** The end of that statement. */
  readonly from: number;
  readonly values: ValueSet;
}

/**
 * A name bound in a scope. Code of its own frame that stands behind a statement which surely binds it anew reads what was bound since;
 * functions, which may be called at any time, read everything that it ever was.
 */
export class Variable implements Binding {
  readonly name: string;
  readonly boundAt: SyntaxNode;
  readonly boundBy: Binding["boundBy"];
  /** Everything it was ever bound to. */
  readonly values: ValueSet;
  private certain = Infinity;
  private isDeleted = false;
  /** Parts of branches and loops in which it is surely bound: apart from each other, in the order of the text. */
  private readonly stretches: Stretch[] = [];
  private readonly frame: Frame;
  private readonly reading: Reading;
  /** In the order of the text. */
  private readonly versions: Version[] = [];
  /** By the name where it is bound anew, or the names: `x, x = a, b`. */
  private readonly opened = new Map<number, Version>();

  constructor(
    name: string,
    { boundAt, boundBy }: Binding,
    frame: Frame,
    reading: Reading,
    values?: ValueSet,
  ) {
    this.name = name;
    this.boundAt = boundAt;
    this.boundBy = boundBy;
    this.frame = frame;
    this.reading = reading;
    this.values = values ?? new ValueSet(reading);
  }

  /** Since where the name surely no longer means a built-in at this offset; never, where it may. */
  certainFrom(offset: number): number {
    if (this.isDeleted) return Infinity;
    if (this.certain <= offset) return this.certain;
    const stretch = lastBefore(this.stretches, offset);
    return stretch !== undefined && offset < stretch.to ? stretch.from : Infinity;
  }

  bindSurely(from: number): void {
    this.certain = Math.min(this.certain, from);
  }

  /**
   * In this part of the text it is surely bound: behind a binding to the end of the branch or loop that this stands in. To be told in
   * the order of the text; what lies within another one is told after it.
   */
  bindWithin({ from, to }: Stretch): void {
    const isTold = from >= this.certain || from < (this.stretches.at(-1)?.to ?? 0);
    if (!isTold) this.stretches.push({ from, to });
  }

  /** Somewhere it is deleted: nowhere is it certain what it is. */
  delete(): void {
    this.isDeleted = true;
  }

  /** Behind `from`, in its own frame, it is what it is bound to there. To be told in the order of the text. */
  bindAnew(opener: SyntaxNode, from: number, binding: Binding): void {
    if (!this.frame.isFresh) return;
    const last = this.versions.at(-1);
    const version = last?.from === from ? last : { ...binding, from, values: new ValueSet(this.reading) };
    if (version !== last) this.versions.push(version);
    this.opened.set(opener.id, version);
  }

  /** What it is to code of this frame at this offset. */
  valuesAt(offset: number, frame: Frame): Values {
    return (this.versionAt(offset, frame)?.values ?? this.values).values;
  }

  /** Since where it is surely bound to what it is at this offset. */
  boundFrom(offset: number, frame: Frame): number {
    return this.versionAt(offset, frame)?.from ?? this.certainFrom(offset);
  }

  /** Where it was bound to what it is at this offset. */
  bindingAt(offset: number, frame: Frame): Binding {
    return this.versionAt(offset, frame) ?? this;
  }

  /** Of a parameter: what calls pass. */
  get passed(): ValueSet {
    return (this.versions.length < 2 ? undefined : this.versions[0]?.values) ?? this.values;
  }

  /** What grows where it may be bound to something at any time. */
  get sets(): readonly ValueSet[] {
    return [this.values, ...(this.versions.length < 2 ? [] : this.versions.map(({ values }) => values))];
  }

  /** What grows where code of this frame binds it. */
  setsBoundAt(target: SyntaxNode, frame: Frame): readonly ValueSet[] {
    const { versions } = this;
    if (versions.length < 2) return [this.values];
    if (frame !== this.frame) return this.sets;
    const version = this.opened.get(target.id) ?? this.versionAt(target.start, frame);
    return version === undefined ? [this.values] : [this.values, version.values];
  }

  /** The same variable while it holds only these. */
  holding(values: ValueSet): Variable {
    const held = new Variable(this.name, this, this.frame, this.reading, values);
    if (this.isDeleted) held.delete();
    held.bindSurely(this.certain);
    for (const stretch of this.stretches) held.bindWithin(stretch);
    return held;
  }

  /** What comes before the first one belongs to it: it is not bound yet, or in a branch. */
  private versionAt(offset: number, frame: Frame): Version | undefined {
    const { versions } = this;
    if (versions.length < 2 || frame !== this.frame) return undefined;
    return lastBefore(versions, offset) ?? versions[0];
  }
}
