import { pourPairs } from "./containers.ts";
import { findAttributeEffects } from "./entries.ts";
import { type Evaluator, type Place, positional } from "./evaluator.ts";
import { ancestors, methodsOf, outsideBases, typeOfInstances } from "./inheritance.ts";
import type { Known } from "./knowledge.ts";
import { mayBeProgram, ownNames, writeTable } from "./namespaces.ts";
import { loseFunction, loseHeld } from "./losses.ts";
import {
  type ClassValue,
  type Value,
  type ValueOf,
  type Values,
  instance,
  objectOf,
  textOf,
} from "./values.ts";

/** `value.name = values`. */
export function writeAttribute(
  ev: Evaluator,
  value: Value,
  name: string,
  values: Values,
  place: Place,
): void {
  if (value.kind === "class" || value.kind === "object") writeOwn(ev, value, name, values, place);
  if (value.kind === "class" || value.kind === "object" || value.kind === "super") {
    for (const base of outsideBases(value.definition)) {
      const type = base.kind === "known" ? typeOfInstances(ev, base.path) : undefined;
      if (type !== undefined) writeMember(ev, instance(type), name, values, place);
    }
    return;
  }
  ev.escape(values, [], place);
  if (value.kind === "function") loseFunction(ev, value.definition);
  if (value.kind === "container") loseHeld(ev, [value]);
  if (value.kind === "instance") writeMember(ev, value, name, values, place);
  else if (value.kind === "known") patch(ev, value.path, name, place);
  else if (value.kind === "unknown" || value.kind === "foreign") writeUnknown(ev, value, name, values, place);
}

const REPLACES = new Set(["__dict__", "__class__", "__bases__"]);

function writeOwn(
  ev: Evaluator,
  value: ValueOf<"class"> | ValueOf<"object">,
  name: string,
  values: Values,
  place: Place,
): void {
  if (REPLACES.has(name)) replace(ev, value.definition, values, place);
  if (value.kind === "object") describe(ev, value, name, values, place);
  noteHolder(value, name);
  ev.grow(value.definition.attributes.named(name), values);
}

/** It has other attributes from now on, or is of another class as well. */
function replace(ev: Evaluator, definition: ClassValue, values: Values, place: Place): void {
  for (const value of values) {
    if (value.kind === "container") {
      pourPairs(ev, ev.attributeTable(definition), value, place);
      inherit(ev, definition, value.definition.elements.values);
    } else if (value.kind === "class") inherit(ev, definition, [value]);
    else loseHeld(ev, [objectOf(definition)]);
  }
}

function inherit(ev: Evaluator, definition: ClassValue, classes: Values): void {
  const others = classes.filter((value) => value.kind === "class" && value.definition !== definition);
  ev.grow(definition.bases, others);
}

/** An object of this code that stands for the attribute of another is told of what is put there. */
function describe(
  ev: Evaluator,
  object: ValueOf<"object">,
  name: string,
  values: Values,
  place: Place,
): void {
  const standing = ancestors(object.definition).flatMap((one) => one.attributes.find(name)?.values ?? []);
  for (const value of standing) {
    if (value.kind !== "object") continue;
    for (const setter of methodsOf(value, "__set__")) ev.call(setter, positional([object], values), place);
  }
}

/** Whether it is the class that has the attribute, or only its objects. */
function noteHolder({ kind, definition }: ValueOf<"class"> | ValueOf<"object">, name: string): void {
  if (kind === "object" && !definition.attributes.has(name)) definition.ofObjects.add(name);
  if (kind === "class" && definition.ofObjects.delete(name)) definition.attributes.changed();
}

function writeMember(
  ev: Evaluator,
  value: ValueOf<"instance">,
  name: string,
  values: Values,
  place: Place,
): void {
  const member = ev.knowledge.member(value.type, name);
  if (member?.entry.sets === undefined) ev.losses.lose(value);
  if (member?.entry.sets !== undefined)
    findAttributeEffects(ev, member.entry.sets, member, value, positional(values), place);
}

function patch(ev: Evaluator, path: string, name: string, place: Place): void {
  const full = `${path}.${name}`;
  if (ev.knowledge.find(full)?.entry.assignable === true) return;
  const message = `Setting \`${full}\` changes what other code does`;
  ev.found({ kind: "dynamic", target: full, certainty: "whole", message }, place);
}

function writeUnknown(ev: Evaluator, value: Value, name: string, values: Values, place: Place): void {
  if (mayBeProgram(ev, value)) writeTable(ev, ownNames(), [textOf(name)], values, place);
  const setters = ev.knowledge
    .methodsNamed(name)
    .filter((known: Known) => (known.entry.sets?.length ?? 0) > 0);
  const setter = setters[0];
  if (setter?.entry.sets !== undefined)
    findAttributeEffects(ev, setter.entry.sets, setter, value, positional(values), {
      ...place,
      isGuess: true,
    });
}
