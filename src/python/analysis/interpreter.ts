import { assignTo } from "./assignments.ts";
import { writeAttribute } from "./attribute-writes.ts";
import { readAttribute } from "./attributes.ts";
import { BindingCollector, type Scopes } from "./bindings.ts";
import { identifier } from "./bound-names.ts";
import { callMethod, callValue } from "./calls.ts";
import { elementsOf } from "./containers.ts";
import { Declarations } from "./declarations.ts";
import { type Arguments, type Evaluator, type FoundEffect, type Place, countOf } from "./evaluator.ts";
import { evaluateExpression } from "./expressions.ts";
import { escapeValues } from "./functions.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Lines } from "./line-table.ts";
import { LostTargets } from "./lost-targets.ts";
import { passTo, unknownArgument } from "./parameters.ts";
import { PassMemory } from "./pass-memory.ts";
import { Reading, type Unit } from "./reading.ts";
import { reasoningFor } from "./reasoning.ts";
import { type NestedCode, type Recorded, Recorder } from "./recorder.ts";
import { Scope } from "./scopes.ts";
import { executeStatement } from "./statements.ts";
import { type SyntaxNode, type SyntaxTree, childOf } from "../syntax/tree.ts";
import {
  Container,
  type ValueSet,
  type ClassValue,
  type FunctionValue,
  type Value,
  type Values,
} from "./values.ts";

export interface InterpreterInput {
  readonly tree: SyntaxTree;
  readonly source: string;
  readonly lines: Lines;
  readonly knowledge: Knowledge;
  /** What names mean that this code does not bind itself. */
  readonly outerName: (name: string) => Values | undefined;
  /** Its statements run one after the other, once: what other code runs as text may run again, with the names that it left. */
  readonly runsOnce: boolean;
}

export interface Interpretation {
  readonly recorded: readonly Recorded[];
  readonly nested: readonly NestedCode[];
  /** False where the code was too large to be followed to the end. */
  readonly complete: boolean;
}

const MOST_PASSES = 16;
/** Expressions evaluated in all: bounds the time that any input takes. */
const MOST_EVALUATIONS = 1_000_000;
/** Values that are put into sets or handed on to code that is not analysed, in all: bounds the time as well. */
const MOST_WORK = 1_000_000;

/**
 * Follows what every name can be, without running anything: all code is evaluated again and again, each time with all
 * values that were found before, until nothing new appears. Branches are ignored, so nothing is missed by them; so is order, but
 * for names that code of the same run surely binds anew.
 */
export class Interpreter implements Evaluator {
  readonly knowledge: Knowledge;
  readonly source: string;
  readonly root: SyntaxNode;
  private readonly input: InterpreterInput;
  private readonly scopes: Scopes;
  private readonly recorder = new Recorder();
  private readonly names = new Map<number, string>();
  private readonly reading = new Reading();
  readonly losses = new LostTargets(this.reading);
  private readonly memory = new PassMemory(this.reading);
  private readonly declarations = new Declarations(this, this.reading);
  private isSettled = false;
  /** Units that would have taken what was empty for unknown. */
  private readonly unsettled = new Set<Unit>();
  private passesDone = 0;
  private evaluations = 0;
  private work = 0;
  private depth = 0;

  constructor(input: InterpreterInput) {
    this.input = input;
    this.knowledge = input.knowledge;
    this.source = input.source;
    this.root = input.tree.root;
    this.scopes = new BindingCollector(input.source, this.reading, input.runsOnce).collect(input.tree.root);
  }

  /** What was found, and whether that is all: code can be too large to be followed to its end. */
  run(): Interpretation {
    let complete = false;
    try {
      complete = this.runToTheEnd();
    } catch (error) {
      // Deeper or longer than JavaScript's own limits, which all others should keep it from.
      if (!(error instanceof RangeError)) throw error;
    }
    return { recorded: this.recorder.all, nested: this.recorder.nested, complete };
  }

  /** Runs to the end, then gives what nobody calls its unknown arguments and runs to the end again. */
  private runToTheEnd(): boolean {
    let complete = this.passes();
    if (this.fillParameters((definition) => !definition.called)) complete = this.passes() && complete;
    if (this.fillParameters(() => true)) complete = this.passes() && complete;
    this.settle();
    return this.passes() && complete;
  }

  /** What is still empty is not known from now on: whoever found it empty is evaluated again. */
  private settle(): void {
    this.isSettled = true;
    this.reading.grew(this.unsettled);
    this.evaluations = 0;
    this.work = 0;
  }

  get settled(): boolean {
    if (!this.isSettled) this.reading.note(this.unsettled);
    return this.isSettled;
  }

  private passes(): boolean {
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      const isFirst = this.passesDone === 0;
      this.passesDone += 1;
      const concerned = this.reading.takeConcerned();
      this.memory.beginPass();
      this.pass(isFirst ? undefined : concerned);
      if (this.isExhausted()) return false;
      if (!this.reading.takeGrowth()) return true;
    }
    return false;
  }

  private isExhausted(): boolean {
    return this.evaluations > MOST_EVALUATIONS || this.work > MOST_WORK;
  }

  /** A unit that read nothing of what has grown would find the same again. */
  private pass(units: ReadonlySet<Unit> | undefined): void {
    const { root } = this;
    const place = { node: root, scope: this.scopeOf(root), inside: undefined };
    for (const statement of root.children)
      this.evaluateUnit(statement, units, () => executeStatement(this, statement, place));
    for (const definition of this.declarations.functions) {
      const body = childOf(definition.node, "body");
      if (body !== undefined) this.evaluateUnit(body, units, () => this.executeBody(definition, body));
    }
    this.reading.end();
  }

  private evaluateUnit({ id }: SyntaxNode, units: ReadonlySet<Unit> | undefined, evaluate: () => void): void {
    if ((units !== undefined && !units.has(id)) || this.isExhausted()) return;
    this.reading.begin(id);
    this.recorder.begin(id);
    evaluate();
  }

  private executeBody(definition: FunctionValue, body: SyntaxNode): void {
    const place = { node: definition.node, scope: this.scopeOf(definition.node), inside: definition };
    if (definition.node.type === "lambda") this.grow(definition.returns, this.evaluate(body, place));
    else executeStatement(this, body, place);
  }

  private fillParameters(which: (definition: FunctionValue) => boolean): boolean {
    for (const definition of this.declarations.functions) {
      if (!which(definition)) continue;
      const scope = this.scopeOf(definition.node);
      for (const parameter of definition.parameters) {
        const variable = scope.variables.get(parameter.name);
        const isEmpty =
          variable !== undefined &&
          (variable.passed.size === 0 || (!definition.called && parameter.default !== undefined));
        if (isEmpty) passTo(this, variable, unknownArgument(this, parameter, scope));
      }
    }
    return this.reading.takeGrowth();
  }

  evaluate(node: SyntaxNode, place: Place): Values {
    this.evaluations += 1;
    return this.isExhausted() ? [] : this.losses.among(evaluateExpression(this, node, place));
  }

  call(callee: Value, args: Arguments, place: Place): Values {
    this.work += countOf(args);
    const call = () => callValue(this, callee, args, place);
    return callee.kind === "known" || callee.kind === "function"
      ? this.bounded(call)
      : this.once(callee, "()", args, place, call);
  }

  callMember(receiver: Value, name: string, args: Arguments, place: Place): Values {
    this.work += countOf(args);
    const call = () => callMethod(this, receiver, name, args, place);
    const saysLittle = receiver.kind === "unknown" || receiver.kind === "data" || receiver.kind === "foreign";
    return saysLittle ? this.once(receiver, name, args, place, call) : this.bounded(call);
  }

  /** The same call in the same place is made once a pass: that also ends calls that lead back to themselves. */
  private once(value: Value, name: string, args: Arguments, { node }: Place, call: () => Values): Values {
    const { memory } = this;
    const key = `${node.id}|${name}|${memory.idOf(value)}|${memory.signatureOf(args)}`;
    const known = memory.resultOf(key);
    if (known !== undefined) return known;
    memory.keep(key, []);
    return memory.keep(key, this.bounded(call));
  }

  /** Calls that call back each other end here; what they did was found on the way. */
  private bounded(call: () => Values): Values {
    this.evaluations += 1;
    if (this.depth > 40 || this.isExhausted()) return [];
    this.depth += 1;
    try {
      return call();
    } finally {
      this.depth -= 1;
    }
  }

  attribute(value: Value, name: string, place: Place): Values {
    return readAttribute(this, value, name, place);
  }

  setAttribute(value: Value, name: string, values: Values, place: Place): void {
    writeAttribute(this, value, name, values, place);
  }

  elements(value: Value, place: Place): Values {
    return elementsOf(this, value, place);
  }

  assign(target: SyntaxNode, values: Values, place: Place): void {
    assignTo(this, target, values, place);
  }

  escape(values: Values, rest: Values, place: Place): void {
    this.work += values.length + rest.length;
    escapeValues(this, values, rest, place);
  }

  container(node: SyntaxNode, slot: string): Container {
    return this.declarations.container(node, slot);
  }

  attributeTable(definition: ClassValue): Container {
    return this.declarations.attributeTable(definition);
  }

  function(node: SyntaxNode, place: Place, owner: ClassValue | undefined): FunctionValue {
    return this.declarations.function(node, place, owner);
  }

  class(node: SyntaxNode, place: Place): ClassValue {
    return this.declarations.class(node, place);
  }

  classOf(scope: Scope): ClassValue | undefined {
    return this.declarations.classOf(scope);
  }

  scopeOf(node: SyntaxNode): Scope {
    return this.scopes.get(node.id) ?? new Scope("module", undefined, this.reading);
  }

  nameOf(node: SyntaxNode): string {
    const cached = this.names.get(node.id);
    if (cached !== undefined) return cached;
    const name = identifier(this.source, node);
    this.names.set(node.id, name);
    return name;
  }

  outerName(name: string): Values | undefined {
    return this.input.outerName(name);
  }

  grow(set: ValueSet, values: Values): void {
    this.work += values.length;
    for (const value of values) set.add(value, this.passesDone);
  }

  again(): void {
    if (this.reading.unit !== undefined) this.reading.grew([this.reading.unit]);
  }

  idOf(value: Value): number {
    return this.memory.idOf(value);
  }

  inThisPass(key: string, find: () => Values): Values {
    return this.memory.resultOf(key) ?? this.memory.keep(key, find());
  }

  isFirst(key: string): boolean {
    this.work += 1;
    return !this.isExhausted() && this.memory.isFirst(key);
  }

  found(effect: FoundEffect, { node, isGuess }: Place): void {
    const { unit } = this.reading;
    this.work += 1;
    if (effect.kind === "introspects") this.losses.openNames();
    const guess = isGuess === undefined ? {} : { guess: isGuess };
    if (unit !== undefined) this.recorder.add(unit, { certainty: "nothing", ...effect, ...guess, node });
  }

  runs(nested: NestedCode): void {
    const { unit } = this.reading;
    if (unit !== undefined) this.recorder.addNested(unit, nested);
  }

  reasoning(path: string, place: Place): string {
    return reasoningFor(path, place, this.source, this.input.lines);
  }
}
