import { newClass, newFunction } from "./definitions.ts";
import { makeMembers } from "./enumerations.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import { passTo } from "./parameters.ts";
import type { Reading } from "./reading.ts";
import type { Scope } from "./scopes.ts";
import { executeStatement } from "./statements.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import {
  Container,
  type NamedSets,
  type ClassValue,
  type FunctionValue,
  type Parameter,
  type Values,
  classValue,
  objectOf,
} from "./values.ts";

/** The functions, classes and containers of the code: one each for the place that makes it, whatever runs there how often. */
export class Declarations {
  private readonly ev: Evaluator;
  private readonly reading: Reading;
  private readonly functionsByNode = new Map<number, FunctionValue>();
  private readonly classesByNode = new Map<number, ClassValue>();
  private readonly containersByKey = new Map<string, Container>();

  constructor(ev: Evaluator, reading: Reading) {
    this.ev = ev;
    this.reading = reading;
  }

  /** In the order in which they were first met; more may come while this is iterated over. */
  get functions(): Iterable<FunctionValue> {
    return this.functionsByNode.values();
  }

  container(node: SyntaxNode, slot: string): Container {
    return this.containerNamed(`${node.id}|${slot}`);
  }

  attributeTable(definition: ClassValue): Container {
    return this.containerNamed(`attributes ${definition.id}`, definition.attributes);
  }

  private containerNamed(key: string, keyed?: NamedSets): Container {
    const found = this.containersByKey.get(key);
    if (found !== undefined) return found;
    const fresh = new Container(this.containersByKey.size, this.reading, keyed);
    this.containersByKey.set(key, fresh);
    return fresh;
  }

  function(node: SyntaxNode, place: Place, owner: ClassValue | undefined): FunctionValue {
    const found =
      this.functionsByNode.get(node.id) ??
      this.addFunction(node, owner ?? place.inside?.owner, owner !== undefined);
    for (const parameter of found.parameters)
      if (parameter.default !== undefined) this.bindDefault(found, parameter, place);
    if (owner !== undefined) this.bindSelf(found, owner);
    return found;
  }

  private addFunction(node: SyntaxNode, owner: ClassValue | undefined, isMethod: boolean): FunctionValue {
    const definition = newFunction(node, owner, isMethod, (name) => this.ev.nameOf(name), this.reading);
    this.functionsByNode.set(node.id, definition);
    this.reading.grew(childrenOf(node, "body").map(({ id }) => id));
    return definition;
  }

  private bindDefault(definition: FunctionValue, parameter: Parameter, place: Place): void {
    const variable = this.ev.scopeOf(definition.node).variables.get(parameter.name);
    if (variable !== undefined && parameter.default !== undefined)
      passTo(this.ev, variable, this.ev.evaluate(parameter.default, place));
  }

  private bindSelf(definition: FunctionValue, owner: ClassValue): void {
    const first = definition.parameters[0];
    const variable =
      first === undefined ? undefined : this.ev.scopeOf(definition.node).variables.get(first.name);
    if (variable === undefined || definition.binding === "static" || first?.kind !== "plain") return;
    passTo(this.ev, variable, [definition.binding === "class" ? classValue(owner) : objectOf(owner)]);
  }

  class(node: SyntaxNode, place: Place): ClassValue {
    const scope = this.ev.scopeOf(node);
    const found = this.classesByNode.get(node.id) ?? this.addClass(node, scope);
    for (const base of childOf(node, "superclasses")?.children ?? []) {
      const isKeyword = base.type === "keyword_argument";
      const values = this.ev.evaluate(isKeyword ? (childOf(base, "value") ?? base) : base, place);
      if (isKeyword) this.ev.escape(values, [classValue(found)], { ...place, node: base });
      else this.inherit(found, values);
    }
    const body = childOf(node, "body");
    if (body !== undefined) executeStatement(this.ev, body, { node: body, scope, inside: place.inside });
    makeMembers(this.ev, found, place);
    return found;
  }

  private inherit(definition: ClassValue, bases: Values): void {
    this.ev.grow(definition.bases, bases);
    for (const base of bases)
      if (base.kind === "class") this.ev.grow(base.definition.heirs, [classValue(definition)]);
  }

  private addClass(node: SyntaxNode, scope: Scope): ClassValue {
    const definition = newClass(node, scope, (name) => this.ev.nameOf(name), this.reading);
    this.classesByNode.set(node.id, definition);
    return definition;
  }

  classOf(scope: Scope): ClassValue | undefined {
    for (const definition of this.classesByNode.values())
      if (this.ev.scopeOf(definition.node) === scope) return definition;
    return undefined;
  }
}
