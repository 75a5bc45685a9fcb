import { methodsOf } from "./inheritance.ts";
import { copyKeys, sequenceOf } from "./containers.ts";
import { show } from "./functions.ts";
import { type Evaluator, type Place, positional } from "./evaluator.ts";
import { findLargeAllocation, tell } from "./exhaustion.ts";
import { combinations, added } from "./folds.ts";
import { concatenate, gap, joinPaths, whole, worstHole } from "./text.ts";
import { calculate, calculateSign } from "./exact-numbers.ts";
import { formatPercent } from "./formats.ts";
import { templateOf } from "./text-methods.ts";
import { exactNumber, largeNumber, number, wholeNumber } from "./numbers.ts";
import {
  NUMBER,
  DATA,
  LIBRARY_DATA,
  UNKNOWN,
  type Value,
  type ValueOf,
  type Values,
  containerValue,
  instance,
  text,
  unique,
} from "./values.ts";

const METHODS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "@": "matmul",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "lshift",
  ">>": "rshift",
};
/** `__iadd__` for `+=`. */
export const inPlaceMethod = (operator: string): string => `__i${METHODS[operator] ?? ""}__`;

const LONGEST_REPEAT = 4096;

/** `left operator right`. */
export function operate(ev: Evaluator, operator: string, left: Values, right: Values, place: Place): Values {
  if (left.length === 0 || right.length === 0) return [...left, ...right];
  if (operator === "%" && left.some(({ kind }) => kind === "text")) show(ev, right, place);
  return unique(
    combinations([left, right]).flatMap(([a, b]) =>
      a === undefined || b === undefined ? [] : one(ev, operator, a, b, place),
    ),
  );
}

function one(ev: Evaluator, operator: string, left: Value, right: Value, place: Place): Values {
  const kinds = [left.kind, right.kind];
  if (kinds.includes("object")) return overloaded(ev, operator, left, right, place);
  if (kinds.includes("instance")) return ofInstances(ev, operator, left, right);
  if (operator === "%" && left.kind === "text") return [percent(left, right)];
  if (operator === "*") return [repeated(ev, left, right, place)];
  if (operator === "+" || (operator === "|" && left.kind === "container"))
    return [plus(ev, left, right, place)];
  if (left.kind === "number" && right.kind === "number") {
    return [arithmetic(ev, operator, left, right, place)];
  }
  if (left.kind === "known" || left.kind === "class") return [left];
  return [kinds.includes("unknown") ? UNKNOWN : LIBRARY_DATA];
}

function plus(ev: Evaluator, left: Value, right: Value, place: Place): Value {
  if (left.kind === "number" && right.kind === "number") return arithmetic(ev, "+", left, right, place);
  if (left.kind === "container" || right.kind === "container")
    return joinedContainers(ev, left, right, place);
  return (
    added(left, right) ??
    (left.kind === "unknown" || right.kind === "unknown" ? text(gap("unknown")) : LIBRARY_DATA)
  );
}

function joinedContainers(ev: Evaluator, left: Value, right: Value, place: Place): Value {
  const container = ev.container(place.node, "sum");
  for (const value of [left, right]) {
    if (value.kind === "container") copyKeys(ev, container, value.definition);
    ev.grow(
      container.elements,
      value.kind === "container" ? value.definition.elements.values : ev.elements(value, place),
    );
  }
  const [a, b] = [sequenceOf(left), sequenceOf(right)];
  container.sequence = a === undefined || b === undefined ? undefined : [...a, ...b];
  return containerValue(container);
}

function repeated(ev: Evaluator, left: Value, right: Value, place: Place): Value {
  const [value, times] = right.kind === "number" ? [left, right] : [right, left];
  if (value.kind === "number" && times.kind === "number") return arithmetic(ev, "*", value, times, place);
  if (value.kind === "text" || value.kind === "container") findLargeAllocation(ev, [times], place);
  if (value.kind === "container") return value;
  if (value.kind !== "text") return LIBRARY_DATA;
  const self = whole(value.template);
  const count = wholeNumber(times);
  const folds = self !== undefined && count !== undefined && self.length * count <= LONGEST_REPEAT;
  return text(
    folds ? [self.repeat(Math.max(0, count))] : gap(worstHole(value.template) ?? "data"),
    value.bytes,
  );
}

function percent(left: ValueOf<"text">, right: Value): Value {
  const format = whole(left.template);
  if (format === undefined) return text(gap(worstHole([...left.template, ...templateOf(right)]) ?? "data"));
  const sequence = right.kind === "container" ? sequenceOf(right) : undefined;
  const values = sequence?.map((values) => (values.length === 1 ? (values[0] ?? DATA) : DATA));
  return text(formatPercent(format, values ?? [right]), left.bytes);
}

/** Paths joined by `/`; dates, arrays and the like otherwise. */
function ofInstances(ev: Evaluator, operator: string, left: Value, right: Value): Values {
  const isPath = [left, right].some((value) => value.kind === "instance" && value.type === "pathlib.Path");
  if (isPath && operator === "/")
    return [instance("pathlib.Path", joinPaths([templateOf(left), templateOf(right)]))];
  if (operator === "+") {
    const sum =
      left.kind === "text" || right.kind === "text"
        ? text(concatenate(templateOf(left), templateOf(right)))
        : undefined;
    if (sum !== undefined) return [sum];
  }
  const typed = [left, right].find(
    (value) => value.kind === "instance" && ev.knowledge.isPlainType(value.type),
  );
  return [typed === undefined ? LIBRARY_DATA : isPath ? DATA : withoutTarget(typed)];
}

function withoutTarget(value: Value): Value {
  return value.kind === "instance" ? instance(value.type) : value;
}

function overloaded(ev: Evaluator, operator: string, left: Value, right: Value, place: Place): Values {
  const name = METHODS[operator] ?? operator;
  const direct =
    left.kind === "object"
      ? methodsOf(left, `__${name}__`).map((callee) => ev.call(callee, positional([right]), place))
      : [];
  const reflected =
    right.kind === "object"
      ? methodsOf(right, `__r${name}__`).map((callee) => ev.call(callee, positional([left]), place))
      : [];
  const results = [...direct, ...reflected].flat();
  return results.length === 0 ? [LIBRARY_DATA] : results;
}

function arithmetic(
  ev: Evaluator,
  operator: string,
  left: ValueOf<"number">,
  right: ValueOf<"number">,
  place: Place,
): Value {
  const [a, b] = [exactNumber(left), exactNumber(right)];
  const exact = a === undefined || b === undefined ? undefined : calculate(operator, a, b);
  if (exact !== undefined) return number(exact);
  const size = roughly(operator, left.value ?? left.size, right.value ?? right.size);
  if (size === Infinity && operator === "**")
    tell(ev, "computes a number that does not fit in memory", place);
  return Number.isFinite(size) && size > Number.MAX_SAFE_INTEGER ? largeNumber(size) : NUMBER;
}

/** How large it gets where it is too large to be exact; NaN where that is not known either. */
function roughly(operator: string, left = NaN, right = NaN): number {
  switch (operator) {
    case "+":
      return left + right;
    case "*":
      return left * right;
    case "**":
      return left ** right;
    case "<<":
      return left * 2 ** right;
    default:
      return NaN;
  }
}

export function negated(values: Values, operator: string): Values {
  return values.map((value) => {
    if (value.kind === "number") {
      const exact = exactNumber(value);
      const result = exact === undefined ? undefined : calculateSign(operator, exact);
      return result === undefined ? NUMBER : number(result);
    }
    return value.kind === "unknown" || value.kind === "object" ? DATA : LIBRARY_DATA;
  });
}
