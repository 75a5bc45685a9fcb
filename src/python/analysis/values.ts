import type { Reading, Unit } from "./reading.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import type { Template } from "./text.ts";

/** What an expression can be, as far as it can be followed. An expression has a set of these. */
export type Value =
  | { readonly kind: "text"; readonly template: Template; readonly bytes: boolean; readonly key: string }
  | {
      readonly kind: "number";
      /** Exactly this number; undefined where that is not known. */
      readonly value: number | undefined;
      readonly isFloat: boolean;
      /** About how large it is, where it is too large to be exact. */
      readonly size?: number;
      readonly key: string;
    }
  | { readonly kind: "constant"; readonly value: "None" | "True" | "False"; readonly key: string }
  /** A module, type, function or attribute by its dotted path. */
  | { readonly kind: "known"; readonly path: string; readonly key: string }
  /** An object of a known type; `target` is the path, channel or address it was made for. */
  | { readonly kind: "instance"; readonly type: string; readonly target?: Template; readonly key: string }
  /** A method of an instance that is not called yet. */
  | { readonly kind: "method"; readonly receiver: Value; readonly name: string; readonly key: string }
  | {
      readonly kind: "function";
      readonly definition: FunctionValue;
      readonly self?: Value;
      readonly key: string;
    }
  | { readonly kind: "class"; readonly definition: ClassValue; readonly key: string }
  | { readonly kind: "object"; readonly definition: ClassValue; readonly key: string }
  | { readonly kind: "super"; readonly definition: ClassValue; readonly key: string }
  | { readonly kind: "container"; readonly definition: Container; readonly key: string }
  /** A callable with arguments bound already; `how` says what a call means. */
  | { readonly kind: "bound"; readonly definition: BoundCall; readonly key: string }
  /** Plain data; `library` where a library made it, so that calling it computes. */
  | { readonly kind: "data"; readonly library: boolean; readonly key: string }
  /** Anything from a package that nothing is known about. */
  | { readonly kind: "foreign"; readonly path: string; readonly key: string }
  | { readonly kind: "unknown"; readonly key: string };

export type Values = readonly Value[];
export type ValueOf<Kind extends Value["kind"]> = Extract<Value, { kind: Kind }>;

/** A function or lambda of the code itself. */
export interface FunctionValue {
  readonly id: number;
  readonly node: SyntaxNode;
  readonly parameters: readonly Parameter[];
  readonly returns: ValueSet;
  readonly yields: ValueSet;
  readonly owner: ClassValue | undefined;
  binding: "plain" | "static" | "class" | "property";
  called: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly kind: "plain" | "keyword" | "rest" | "keywords";
  readonly default: SyntaxNode | undefined;
  readonly annotation: SyntaxNode | undefined;
}

/** A class of the code itself; its instances are told apart by nothing. */
export interface ClassValue {
  readonly id: number;
  readonly name: string;
  readonly node: SyntaxNode;
  readonly bases: ValueSet;
  /** The classes of this code that name it as a base. */
  readonly heirs: ValueSet;
  readonly attributes: NamedSets;
  /** Annotated names in the order of the class body: what a data class takes. */
  readonly fields: string[];
  /** Attributes that only objects were given: a function there is called without the object. */
  readonly ofObjects: Set<string>;
}

export interface BoundCall {
  readonly how: "partial" | "attribute" | "method";
  readonly callees: ValueSet;
  readonly names: ValueSet;
  /** What comes along: its sequence, its named sets and, where their places are not known, its elements; by names that are not known, what is loose. */
  readonly given: Container;
}

export const UNKNOWN: Value = { kind: "unknown", key: "?" };
export const DATA: Value = { kind: "data", library: false, key: "d" };
export const LIBRARY_DATA: Value = { kind: "data", library: true, key: "D" };
export const NONE: Value = { kind: "constant", value: "None", key: "None" };
export const NUMBER: Value = { kind: "number", value: undefined, isFloat: false, key: "n" };

export function text(template: Template, bytes = false): Value {
  const key = template
    .map((part) => (typeof part === "string" ? JSON.stringify(part) : `<${part.hole}>`))
    .join("");
  return { kind: "text", template, bytes, key: `${bytes ? "b" : "t"}${key}` };
}

export const textOf = (literal: string, bytes = false): Value => text([literal], bytes);

export function constant(value: "None" | "True" | "False"): Value {
  return { kind: "constant", value, key: value };
}

export const known = (path: string): Value => ({ kind: "known", path, key: `k${path}` });
export const foreign = (path: string): Value => ({ kind: "foreign", path, key: `f${path}` });

export function instance(type: string, target?: Template): ValueOf<"instance"> {
  if (target === undefined) return { kind: "instance", type, key: `i${type}` };
  return { kind: "instance", type, target, key: `i${type}|${text(target).key}` };
}

export function method(receiver: Value, name: string): Value {
  return { kind: "method", receiver, name, key: `m${name}|${receiver.key}` };
}

export function functionValue(definition: FunctionValue, self?: Value): ValueOf<"function"> {
  if (self === undefined) return { kind: "function", definition, key: `F${definition.id}` };
  return { kind: "function", definition, self, key: `F${definition.id}|${self.key}` };
}

export const classValue = (definition: ClassValue): Value => ({
  kind: "class",
  definition,
  key: `C${definition.id}`,
});
export const objectOf = (definition: ClassValue): Value => ({
  kind: "object",
  definition,
  key: `O${definition.id}`,
});
export const superOf = (definition: ClassValue): Value => ({
  kind: "super",
  definition,
  key: `S${definition.id}`,
});
export const containerValue = (definition: Container): ValueOf<"container"> => ({
  kind: "container",
  definition,
  key: `L${definition.id}`,
});
export const boundValue = (id: number, definition: BoundCall): Value => ({
  kind: "bound",
  definition,
  key: `B${id}`,
});

/** Without what makes a literal this one and no other. */
export function widened(value: Value): Value {
  if (value.kind === "text") return text([{ hole: "data" }], value.bytes);
  if (value.kind === "number") return NUMBER;
  if (value.kind === "instance" && value.target !== undefined)
    return instance(value.type, [{ hole: "data" }]);
  return value;
}

export function unique(values: Values): Values {
  const [first, second, third] = values;
  // Most expressions have one value, most others two.
  if (first === undefined || second === undefined) return values;
  if (third === undefined) return first.key === second.key ? [first] : values;
  const seen = new Map<string, Value>();
  for (const value of values) if (!seen.has(value.key)) seen.set(value.key, value);
  return [...seen.values()];
}

const MOST_GROWTHS = 3;
const MOST_LITERALS = 24;
/** A set of more than this many values is not known any better than as unknown. */
const MOST_MEMBERS = 256;

/** A growing set of values: it never forgets, so that repeated passes end. */
export class ValueSet {
  private readonly members = new Map<string, Value>();
  private literals = 0;
  /** A copy that stays as it is while the set grows. */
  private snapshot: Values | undefined;
  private growths = 0;
  private lastGrowth = -1;
  private readonly reading: Reading | undefined;
  private readonly readers = new Set<Unit>();

  /** Without a reading nobody is remembered: for sets that do not outlive an expression. */
  constructor(reading?: Reading) {
    this.reading = reading;
  }

  get values(): Values {
    this.reading?.note(this.readers);
    this.snapshot ??= [...this.members.values()];
    return this.snapshot;
  }

  get size(): number {
    this.reading?.note(this.readers);
    return this.members.size;
  }

  /** A set that gets new literals in pass after pass only knows them by their kind from then on. */
  add(value: Value, pass: number): void {
    if (this.members.has(value.key)) return;
    if (this.members.size >= MOST_MEMBERS) this.insert(UNKNOWN);
    else if (isLiteral(value)) this.addLiteral(value, pass);
    else this.insert(value);
  }

  private addLiteral(value: Value, pass: number): void {
    if (this.lastGrowth !== pass) {
      this.lastGrowth = pass;
      this.growths += 1;
    }
    const isWidened = this.growths > MOST_GROWTHS || this.literals >= MOST_LITERALS;
    if (!isWidened) this.literals += 1;
    this.insert(isWidened ? widened(value) : value);
  }

  private insert(value: Value): void {
    if (this.members.has(value.key)) return;
    this.members.set(value.key, value);
    this.snapshot = undefined;
    this.reading?.grew(this.readers);
  }
}

function isLiteral(value: Value): boolean {
  return value.kind === "text" || value.kind === "number" || value.kind === "instance";
}

/** Sets of values by name: attributes, keys. A name that was looked for in vain is told of as well when it comes. */
export class NamedSets {
  private readonly sets: Map<string, ValueSet>;
  private readonly reading: Reading;
  private readonly readers = new Set<Unit>();

  constructor(reading: Reading, sets: Iterable<readonly [string, ValueSet]> = []) {
    this.reading = reading;
    this.sets = new Map(sets);
  }

  get size(): number {
    this.reading.note(this.readers);
    return this.sets.size;
  }

  get all(): readonly ValueSet[] {
    this.reading.note(this.readers);
    return [...this.sets.values()];
  }

  get entries(): readonly (readonly [string, ValueSet])[] {
    this.reading.note(this.readers);
    return [...this.sets];
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  find(name: string): ValueSet | undefined {
    this.reading.note(this.readers);
    return this.sets.get(name);
  }

  /** The set of that name, new where there is none. */
  named(name: string): ValueSet {
    const found = this.sets.get(name);
    if (found !== undefined) return found;
    const fresh = new ValueSet(this.reading);
    this.sets.set(name, fresh);
    this.changed();
    return fresh;
  }

  /** Something changed of what these names mean. */
  changed(): void {
    this.reading.grew(this.readers);
  }
}

/** A list that is added to itself doubles with every pass. */
const LONGEST_ORDER = 4_096;
/** One that something is added to gets longer with every pass, without end. */
const MOST_LENGTHENINGS = 6;

/** What a list, tuple, set, dictionary or generator holds. */
export class Container {
  readonly id: number;
  readonly elements: ValueSet;
  readonly keyed: NamedSets;
  readonly keys: ValueSet;
  /** What was put under keys that are not known: it may be under any. */
  readonly loose: ValueSet;
  /** Iterating over it never ends by itself: `itertools.count()`. */
  endless = false;
  private order: readonly Values[] | undefined;
  private heaviest = 0;
  private lengthenings = 0;
  private isMutated = false;
  private holdsKeys = false;
  private wasHandedOn = false;
  private readonly reading: Reading;
  private readonly readers = new Set<Unit>();

  constructor(id: number, reading: Reading, keyed: NamedSets = new NamedSets(reading)) {
    this.id = id;
    this.reading = reading;
    this.elements = new ValueSet(reading);
    this.keys = new ValueSet(reading);
    this.loose = new ValueSet(reading);
    this.keyed = keyed;
  }

  /** Element by element, while nothing changed the container. */
  get sequence(): readonly Values[] | undefined {
    this.reading.note(this.readers);
    return this.isMutated ? undefined : this.order;
  }

  /** What is made in one place again and again holds what any of its makings put there. */
  set sequence(sequence: readonly Values[] | undefined) {
    const isLong = sequence !== undefined && sequence.length > LONGEST_ORDER;
    if (this.heaviest === Infinity) return;
    this.order = isLong ? undefined : this.heaviest === 0 ? sequence : merged(this.order, sequence);
    const weight = weightOf(this.order);
    if (weight <= this.heaviest) return;
    this.heaviest = weight;
    this.lengthenings += 1;
    if (this.lengthenings > MOST_LENGTHENINGS) this.mutate();
    else this.reading.grew(this.readers);
  }

  /** Code that is not followed may have put anything in. */
  get isOpen(): boolean {
    this.reading.note(this.readers);
    return this.wasHandedOn;
  }

  /** From now on code that is not followed knows it, and what it holds. */
  open(): void {
    if (this.wasHandedOn) return;
    this.wasHandedOn = true;
    this.reading.grew(this.readers);
    for (const held of this.elements.values) if (held.kind === "container") held.definition.open();
  }

  /** A dictionary, no list: what is at a number was put there under that number. */
  get isMapping(): boolean {
    this.reading.note(this.readers);
    return this.holdsKeys;
  }

  holdKeys(): void {
    if (this.holdsKeys) return;
    this.holdsKeys = true;
    this.reading.grew(this.readers);
  }

  /** From now on its order says nothing. */
  mutate(): void {
    if (this.isMutated) return;
    this.isMutated = true;
    this.reading.grew(this.readers);
  }
}

/** Place by place; nothing where they differ in length. */
function merged(
  one: readonly Values[] | undefined,
  other: readonly Values[] | undefined,
): readonly Values[] | undefined {
  if (one?.length !== other?.length) return undefined;
  return other?.map((values, index) => unique([...(one?.[index] ?? []), ...values]));
}

/** Values only ever get more, so that a later state of one sequence has more of them; to have none is the last of all. */
function weightOf(sequence: readonly Values[] | undefined): number {
  return sequence?.reduce((sum, values) => sum + values.length, sequence.length) ?? Infinity;
}
