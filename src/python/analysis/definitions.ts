import { parametersOf } from "./parameters.ts";
import type { Reading } from "./reading.ts";
import type { Scope } from "./scopes.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import { NamedSets, ValueSet, type ClassValue, type FunctionValue } from "./values.ts";

/** Their first argument is the class, without a decorator saying so. */
const GIVEN_THE_CLASS = new Set(["__new__", "__init_subclass__", "__class_getitem__"]);

type NameOf = (node: SyntaxNode) => string;

/** A function as it is before anything is known of how it is called. */
export function newFunction(
  node: SyntaxNode,
  owner: ClassValue | undefined,
  isMethod: boolean,
  nameOf: NameOf,
  reading: Reading,
): FunctionValue {
  const name = childOf(node, "name");
  const takesClass = isMethod && name !== undefined && GIVEN_THE_CLASS.has(nameOf(name));
  return {
    id: node.id,
    node,
    parameters: parametersOf(node, nameOf),
    returns: new ValueSet(reading),
    yields: new ValueSet(reading),
    owner,
    binding: takesClass ? "class" : "plain",
    called: false,
  };
}

/** A class with the attributes that its body binds. */
export function newClass(node: SyntaxNode, scope: Scope, nameOf: NameOf, reading: Reading): ClassValue {
  const statements = (childOf(node, "body")?.children ?? []).flatMap((statement) => statement.children);
  const annotated = statements.filter(
    (statement) => statement.type === "assignment" && childOf(statement, "type") !== undefined,
  );
  return {
    id: node.id,
    name: nameOf(childOf(node, "name") ?? node),
    node,
    bases: new ValueSet(reading),
    heirs: new ValueSet(reading),
    attributes: new NamedSets(
      reading,
      [...scope.variables].map(([name, variable]) => [name, variable.values]),
    ),
    fields: annotated.map((statement) => nameOf(childOf(statement, "left") ?? statement)),
    ofObjects: new Set(),
  };
}
