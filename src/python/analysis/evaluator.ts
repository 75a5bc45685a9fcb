import type { EffectKind } from "../../approval/assessment.ts";
import type { Certainty } from "./analysis.ts";
import type { Knowledge } from "./knowledge.ts";
import type { ArgumentPlace } from "./knowledge-domain.ts";
import type { LostTargets } from "./lost-targets.ts";
import type { NestedCode } from "./recorder.ts";
import type { Scope } from "./scopes.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import {
  type Container,
  type ValueSet,
  type ClassValue,
  type FunctionValue,
  type Value,
  type Values,
  unique,
} from "./values.ts";

/** The arguments of a call. */
export interface Arguments {
  readonly positional: readonly Values[];
  readonly keywords: ReadonlyMap<string, Values>;
  /** What any further positional one can be: of `*rows`, and of what stands behind it. */
  readonly rest: Values;
  /** What any further one by keyword can be: of `**options`. */
  readonly named: Values;
}

/** Where something happens: the node that findings point at, and the scope that names mean something in. */
export interface Place {
  readonly node: SyntaxNode;
  readonly scope: Scope;
  /** The function whose body this is. */
  readonly inside: FunctionValue | undefined;
  /** What is called is not known, and this is the most dangerous of what it may be. */
  readonly isGuess?: true;
  /** The dotted path that is guessed about, where it comes from a package of which nothing is known. */
  readonly guessed?: string;
}

export interface FoundEffect {
  readonly kind: EffectKind;
  readonly target?: string;
  readonly value?: string;
  readonly certainty?: Certainty;
  readonly message: string;
}

/** What the parts of the interpreter ask of each other. */
export interface Evaluator {
  readonly knowledge: Knowledge;
  readonly source: string;
  readonly root: SyntaxNode;
  /** Which objects of libraries are no longer known to be for what they were made for. */
  readonly losses: LostTargets;
  /** Every value has arrived everywhere: what is still empty is not known. */
  readonly settled: boolean;
  evaluate(node: SyntaxNode, place: Place): Values;
  call(callee: Value, args: Arguments, place: Place): Values;
  callMember(receiver: Value, name: string, args: Arguments, place: Place): Values;
  attribute(value: Value, name: string, place: Place): Values;
  setAttribute(value: Value, name: string, values: Values, place: Place): void;
  /** What iterating over the value yields. */
  elements(value: Value, place: Place): Values;
  assign(target: SyntaxNode, values: Values, place: Place): void;
  /** Hands values to code that is not analysed: what they can do counts as done. */
  escape(values: Values, rest: Values, place: Place): void;
  container(node: SyntaxNode, slot: string): Container;
  /** The attributes of a class of the code and of its objects, as a dictionary that shares them. */
  attributeTable(definition: ClassValue): Container;
  function(node: SyntaxNode, place: Place, owner: ClassValue | undefined): FunctionValue;
  class(node: SyntaxNode, place: Place): ClassValue;
  scopeOf(node: SyntaxNode): Scope;
  nameOf(node: SyntaxNode): string;
  /** What the surrounding code calls by this name, where this code is text that other code runs. */
  outerName(name: string): Values | undefined;
  /** The class whose body this scope is. */
  classOf(scope: Scope): ClassValue | undefined;
  /** Adds to a set that other expressions read; a change calls for another pass. */
  grow(set: ValueSet, values: Values): void;
  /** What is evaluated now found out what it should have known before: it is evaluated once more. */
  again(): void;
  /** Found out once a pass: what grows later in it calls for another pass anyway. */
  inThisPass(key: string, find: () => Values): Values;
  /** True the first time in a pass that this is asked with this key. */
  isFirst(key: string): boolean;
  /** A short name for a value. */
  idOf(value: Value): number;
  found(effect: FoundEffect, place: Place): void;
  runs(nested: NestedCode): void;
  /** Says which name stands for `path` here, for messages. */
  reasoning(path: string, place: Place): string;
}

export const NO_ARGUMENTS: Arguments = { positional: [], keywords: new Map(), rest: [], named: [] };

/** A call with any number of any of these, by position and by keyword. */
export const anyOf = (values: Values): Arguments => ({ ...NO_ARGUMENTS, rest: values, named: values });

/** Values of one argument; empty where it is not given. */
export function argumentAt(args: Arguments, place: ArgumentPlace): Values {
  const [index, ...names] = place;
  const positional = index >= 0 ? args.positional[index] : undefined;
  if (positional !== undefined) return positional;
  for (const name of names) {
    const keyword = args.keywords.get(name);
    if (keyword !== undefined) return keyword;
  }
  return index < 0 ? args.named : furtherArguments(args);
}

/** What an argument can be that is not written, and may be given by position or by keyword. */
export function furtherArguments({ rest, named }: Arguments): Values {
  if (named.length === 0 || rest === named) return rest;
  // What is the same is told once: handed on from call to call, it would double each time.
  return rest.length === 0 ? named : unique([...rest, ...named]);
}

export function everyArgument(args: Arguments): Values {
  const { positional, keywords } = args;
  const further = furtherArguments(args);
  // Most calls pass one argument, or none.
  if (positional.length <= 1 && keywords.size === 0 && further.length === 0) return positional[0] ?? further;
  return [...positional.flat(), ...[...keywords.values()].flat(), ...further];
}

/** How many values a call passes in all. */
export function countOf({ positional, keywords, rest, named }: Arguments): number {
  let count = rest.length + named.length;
  for (const values of positional) count += values.length;
  for (const values of keywords.values()) count += values.length;
  return count;
}

export const positional = (...values: readonly Values[]): Arguments => ({
  ...NO_ARGUMENTS,
  positional: values,
});
