import { NAMESPACE, optionNamed } from "./command-line.ts";
import { mayBeCommand } from "./commands.ts";
import { findAttributeEffects } from "./entries.ts";
import { type Evaluator, NO_ARGUMENTS, type Place, positional } from "./evaluator.ts";
import { changesContainer } from "./container-changes.ts";
import { folds } from "./folds.ts";
import { introspects } from "./introspection.ts";
import {
  ancestors,
  descendants,
  methodsOf,
  outsideBases,
  reachesDevices,
  typeOfInstances,
} from "./inheritance.ts";
import { loseFunction } from "./losses.ts";
import { namespaceOf, ownNames, tableOf } from "./namespaces.ts";
import { attributeNamed, containerOf, valuesNamed } from "./results.ts";
import { splitPath, concatenate, literal, type Template } from "./text.ts";
import {
  type ClassValue,
  DATA,
  LIBRARY_DATA,
  UNKNOWN,
  type Value,
  type ValueOf,
  type Values,
  classValue,
  foreign,
  functionValue,
  instance,
  known,
  method,
  objectOf,
  text,
  unique,
} from "./values.ts";

/** `value.name`, read. */
export function readAttribute(ev: Evaluator, value: Value, name: string, place: Place): Values {
  if (introspects(name)) return [readIntrospecting(ev, value, name, place)];
  switch (value.kind) {
    case "known":
      return attributeOfKnown(ev, value.path, name, place);
    case "foreign":
      return [foreignAttribute(value.path, name)];
    case "class":
      return attributeOfClass(ev, value.definition, name, undefined, place);
    case "object":
      return name === "__class__"
        ? [classValue(value.definition)]
        : attributeOfClass(ev, value.definition, name, value, place);
    case "super":
      return attributeOfBases(ev, value.definition, name, place);
    case "instance":
      return attributeOfInstance(ev, value, name, place);
    case "method":
      return readAttribute(ev, valueOfMethod(ev, value), name, place);
    case "container":
      return attributeOfContainer(ev, value, name, place);
    case "bound":
      // A partial that is a member of an enumeration is its own value.
      return name === "value" ? [value] : value.definition.callees.values;
    case "function":
      return attributeOfFunction(value, name);
    default:
      return dataAttribute(ev, value, name, place);
  }
}

function attributeOfFunction(value: Value, name: string): Values {
  return name === "__wrapped__" ? [value] : [name.startsWith("__") ? DATA : method(LIBRARY_DATA, name)];
}

/** What a chain of dictionaries is made of is all of them. */
function attributeOfContainer(ev: Evaluator, value: Value, name: string, place: Place): Values {
  return name === "maps" ? [containerOf(ev, [value], place)] : dataAttribute(ev, value, name, place);
}

function dataAttribute(ev: Evaluator, value: Value, name: string, place: Place): Values {
  // So is text; outside of an enumeration text has no such attribute.
  if (value.kind === "text" && name === "value") return [value];
  findRead(ev, value, name, place);
  return [method(value, name)];
}

function readIntrospecting(ev: Evaluator, value: Value, name: string, place: Place): Value {
  if (value.kind === "foreign") return value;
  if (value.kind === "function") loseFunction(ev, value.definition);
  const namespace = name === "__dict__" ? namespaceOf(ev, value) : undefined;
  if (namespace !== undefined) return namespace;
  const message = `\`${name}\` leads into the running program`;
  ev.found({ kind: "introspects", target: name, certainty: "whole", message }, place);
  if (name === "__globals__" && value.kind === "function") return ownNames();
  if (name === "__setattr__" && value.kind !== "unknown") return method(value, name);
  return name === "__dict__" ? tableOf(value) : UNKNOWN;
}

/** Nothing is known about it anyway, so a long path says no more than a short one. */
function foreignAttribute(path: string, name: string): Value {
  return foreign(path.split(".").length > 3 ? path : `${path}.${name}`);
}

/** Attributes of data that reach further than data: an array's memory. */
function findRead(ev: Evaluator, value: Value, name: string, place: Place): void {
  const member = ev.knowledge
    .methodsNamed(name)
    .find((known) => known.entry.reads?.includes("native") === true);
  if (member?.entry.reads !== undefined)
    findAttributeEffects(ev, member.entry.reads, member, value, NO_ARGUMENTS, place);
}

/** A method that is used without being called: an attribute of data is data. */
export function valueOfMethod(ev: Evaluator, value: ValueOf<"method">): Value {
  const { receiver } = value;
  if (["unknown", "foreign", "container"].includes(receiver.kind)) return receiver;
  if (mayBeCommand(ev.knowledge, value)) return DATA;
  if (receiver.kind === "instance" && !ev.knowledge.isPlainType(receiver.type)) return UNKNOWN;
  return accessorNamed(ev, value.name) ?? LIBRARY_DATA;
}

/** What an attribute of that name of plain data is, where more is known of it than that it is data. */
function accessorNamed(ev: Evaluator, name: string): Value | undefined {
  const is = ev.knowledge.methodsNamed(name).find(({ entry }) => entry.is !== undefined)?.entry.is;
  return is !== undefined && ev.knowledge.isPlainType(is) ? instance(is) : undefined;
}

function attributeOfKnown(ev: Evaluator, path: string, name: string, place: Place): Values {
  const { knowledge } = ev;
  const found =
    knowledge.find(`${path}.${name}`) ?? (knowledge.isType(path) ? knowledge.member(path, name) : undefined);
  if (found === undefined) return missingAttribute(ev, path, name, place);
  if (found.entry.reads !== undefined && !knowledge.isType(path))
    findAttributeEffects(ev, found.entry.reads, found, undefined, NO_ARGUMENTS, place);
  if (found.entry.is !== undefined && !knowledge.isType(path))
    return attributeNamed(ev, found.entry.is, place);
  return [known(found.path)];
}

function missingAttribute(ev: Evaluator, path: string, name: string, place: Place): Values {
  if (!ev.knowledge.isModule(path)) {
    if (folds(`${path}.${name}`)) return [known(`${path}.${name}`)];
    return [name.startsWith("__") && !changesContainer(name) ? LIBRARY_DATA : method(known(path), name)];
  }
  if (["__name__", "__doc__", "__version__", "__file__", "__all__"].includes(name))
    return [text([{ hole: "data" }])];
  const message = `Nothing is known about \`${path}.${name}\``;
  ev.found({ kind: "dynamic", target: `${path}.${name}`, certainty: "whole", message }, place);
  return [UNKNOWN];
}

function attributeOfClass(
  ev: Evaluator,
  definition: ClassValue,
  name: string,
  self: Value | undefined,
  place: Place,
): Values {
  const own = ancestors(definition).flatMap((one) => attributesOf(one, name, definition, self));
  const overriding = name.startsWith("__")
    ? []
    : madeUp(ev, definition, name, self, place, "__getattribute__");
  if (own.length + overriding.length > 0)
    return unique([...own.flatMap((value) => described(ev, value, definition, self, place)), ...overriding]);
  if (name === "__init__") return [method(self ?? classValue(definition), name)];
  if (name === "__name__" || name === "__doc__") return [DATA];
  const inherited = outsideBases(definition).flatMap((base) =>
    inheritedAttribute(ev, base, name, self, place),
  );
  if (inherited.length > 0) return unique(inherited);
  const others = [...ofHeirs(definition, name, self), ...madeUp(ev, definition, name, self, place)];
  if (others.length > 0) return unique(others);
  if (!ev.settled) return [];
  return isEnumLike(ev, definition) ? [DATA] : [UNKNOWN];
}

function inheritedAttribute(
  ev: Evaluator,
  base: Value,
  name: string,
  self: Value | undefined,
  place: Place,
): Values {
  if (base.kind === "known") {
    const type = typeOfInstances(ev, base.path);
    const member = type === undefined ? undefined : ev.knowledge.member(type, name);
    if (type !== undefined && member !== undefined && self !== undefined)
      return readAttribute(ev, instance(type), name, place);
    if (reachesDevices(ev, base.path) && self !== undefined) return [known(`${base.path}.${name}`)];
    return ev.knowledge.isPlainMethod(name) ? [method(LIBRARY_DATA, name)] : [];
  }
  return base.kind === "data"
    ? [method(base, name)]
    : [base.kind === "foreign" ? foreignAttribute(base.path, name) : method(UNKNOWN, name)];
}

function attributeOfBases(ev: Evaluator, definition: ClassValue, name: string, place: Place): Values {
  const self = objectOf(definition);
  return unique(
    definition.bases.values.flatMap((base) => {
      if (base.kind === "class") return attributeOfClass(ev, base.definition, name, self, place);
      if (name === "__init__" || name === "__init_subclass__" || name === "__new__") return [base];
      const type = base.kind === "known" ? typeOfInstances(ev, base.path) : undefined;
      if (type !== undefined) return readAttribute(ev, instance(type), name, place);
      if (base.kind === "known" && reachesDevices(ev, base.path)) return [known(`${base.path}.${name}`)];
      if (base.kind === "foreign") return [foreignAttribute(base.path, name)];
      return [base.kind === "unknown" ? base : method(LIBRARY_DATA, name)];
    }),
  );
}

function attributeOfInstance(ev: Evaluator, value: ValueOf<"instance">, name: string, place: Place): Values {
  if (value.type === "pathlib.Path") {
    const part = pathPart(value.target, name);
    if (part !== undefined) return [part];
  }
  if (value.type === NAMESPACE && !name.startsWith("_")) return optionNamed(ev, name);
  const member = ev.knowledge.member(value.type, name);
  const is = member?.entry.is;
  if (member === undefined || (is === undefined && member.entry.reads === undefined))
    return [method(value, name)];
  if (member.entry.reads !== undefined)
    findAttributeEffects(ev, member.entry.reads, member, value, NO_ARGUMENTS, place);
  const read = method(value, name);
  if (mayBeCommand(ev.knowledge, read)) return [read];
  const below =
    member.entry.channel === "self.name" && value.target !== undefined
      ? concatenate(value.target, [`.${name}`])
      : value.target;
  return valuesNamed(is ?? "data", [below]);
}

function pathPart(path: Template | undefined, name: string): Value | undefined {
  if (path === undefined) return undefined;
  if (name === "parent") return instance("pathlib.Path", splitPath(path).folder);
  if (!["name", "stem", "suffix"].includes(name)) return undefined;
  const own = splitPath(path).name;
  const literal = own.length === 1 && typeof own[0] === "string" ? own[0] : undefined;
  if (literal === undefined) return text([{ hole: "name" }]);
  const dot = literal.lastIndexOf(".");
  const parts = {
    name: literal,
    stem: dot > 0 ? literal.slice(0, dot) : literal,
    suffix: dot > 0 ? literal.slice(dot) : "",
  };
  return text([parts[name as keyof typeof parts]]);
}

/** What a class of this code has by that name, as `self` sees it. Fields of data classes are their objects'. */
function attributesOf(
  one: ClassValue,
  name: string,
  definition: ClassValue,
  self: Value | undefined,
): Values {
  const values = one.attributes.find(name)?.values ?? [];
  const isOfObjects = one.ofObjects.has(name) || one.fields.includes(name);
  return isOfObjects ? values : values.flatMap((value) => boundTo(value, definition, self));
}

/** What `__getattr__` makes of a name that there is nothing of. */
function madeUp(
  ev: Evaluator,
  definition: ClassValue,
  name: string,
  self: Value | undefined,
  place: Place,
  maker: "__getattr__" | "__getattribute__" = "__getattr__",
): Values {
  const makers = ancestors(definition).flatMap((one) => one.attributes.find(maker)?.values ?? []);
  const args = positional(self === undefined ? [] : [self], [text(literal(name))]);
  return makers.flatMap((value) => ev.call(value, args, place));
}

/** What is only there in classes that inherit from it: then it is one of theirs that this is. */
function ofHeirs(definition: ClassValue, name: string, self: Value | undefined): Values {
  return descendants(definition).flatMap((heir) =>
    attributesOf(heir, name, heir, self === undefined ? undefined : objectOf(heir)),
  );
}

/** An object of this code that stands for the attribute of another: its `__get__` says what that one is. */
function described(
  ev: Evaluator,
  value: Value,
  definition: ClassValue,
  self: Value | undefined,
  place: Place,
): Values {
  const getters = value.kind === "object" && self !== undefined ? methodsOf(value, "__get__") : [];
  if (getters.length === 0 || self === undefined) return [value];
  const args = positional([self], [classValue(definition)]);
  return getters.flatMap((getter) => ev.call(getter, args, place));
}

/** A function found on a class becomes a method of the object. */
function boundTo(value: Value, definition: ClassValue, self: Value | undefined): Values {
  if (value.kind !== "function") return [value];
  switch (value.definition.binding) {
    case "static":
      return [value];
    case "class":
      return [functionValue(value.definition, classValue(definition))];
    case "property":
      return self === undefined ? [value] : value.definition.returns.values;
    case "plain":
      return self === undefined ? [value] : [functionValue(value.definition, self)];
  }
}

function isEnumLike(ev: Evaluator, definition: ClassValue): boolean {
  const bases = outsideBases(definition);
  return bases.some(
    (base) => base.kind === "known" && base.path !== "builtins.object" && !ev.knowledge.isType(base.path),
  );
}
