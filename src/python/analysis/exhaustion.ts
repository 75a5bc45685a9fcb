import type { Evaluator, Place } from "./evaluator.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import type { Value, Values } from "./values.ts";

/** More elements or bytes than any analysis holds. */
const TOO_MANY = 4e9;
const ALLOCATES =
  /^numpy\.(zeros|ones|empty|full|arange|eye|identity|random\.(rand|randn|random|normal|uniform))$/;
const ENDS = new Set(["break_statement", "return_statement", "raise_statement", "yield"]);
const LOOPS = new Set(["while_statement", "for_statement"]);

/** `[0] * 10**12`, `bytearray(10**11)`, `np.zeros((10**6, 10**6))`. */
export function findLargeAllocation(ev: Evaluator, sizes: Values, place: Place): void {
  if (sizes.some((size) => sizeOf(size) > TOO_MANY)) tell(ev, "asks for more memory than there is", place);
}

export function findArrayAllocation(
  ev: Evaluator,
  path: string,
  arguments_: readonly Values[],
  place: Place,
): void {
  if (!ALLOCATES.test(path)) return;
  const product = path.includes(".random.rand")
    ? arguments_.reduce((total, values) => total * largest(values), 1)
    : largest(arguments_[0] ?? []);
  if (product > TOO_MANY) tell(ev, "asks for more memory than there is", place);
}

/** `while True` that nothing ends. */
export function findEndlessLoop(ev: Evaluator, loop: SyntaxNode, condition: Values, place: Place): void {
  const isTrue =
    condition.length > 0 &&
    condition.every(
      (value) =>
        (value.kind === "constant" && value.value === "True") ||
        (value.kind === "number" && value.value !== undefined && value.value !== 0),
    );
  if (isTrue && !mayEnd(loop, ev.source)) tell(ev, "runs without end", { ...place, node: loop });
}

/** `for n in itertools.count()` that nothing ends. */
export function findEndlessIteration(ev: Evaluator, loop: SyntaxNode, iterated: Values, place: Place): void {
  const isEndless = iterated.some((value) => value.kind === "container" && value.definition.endless);
  if (isEndless && !mayEnd(loop, ev.source)) tell(ev, "runs without end", { ...place, node: loop });
}

/** `list(itertools.count())`. */
export function findEndlessCollection(ev: Evaluator, collected: Values, place: Place): void {
  if (collected.some((value) => value.kind === "container" && value.definition.endless))
    tell(ev, "collects without end", place);
}

function mayEnd(loop: SyntaxNode, source: string): boolean {
  const stack = (childOf(loop, "body")?.children ?? []).map((node) => ({ node, inner: false }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, inner } = next;
    if (ENDS.has(node.type) && !(inner && node.type === "break_statement")) return true;
    if (node.type === "call" && /^(sys\.exit|exit|quit|os\._exit)\b/.test(source.slice(node.start, node.end)))
      return true;
    if (node.type === "function_definition" || node.type === "lambda" || node.type === "class_definition")
      continue;
    for (const child of node.children) stack.push({ node: child, inner: inner || LOOPS.has(node.type) });
  }
  return false;
}

function sizeOf(value: Value, depth = 0): number {
  if (value.kind === "number") return value.value ?? value.size ?? 0;
  if (value.kind !== "container" || depth > 0) return 0;
  return (value.definition.sequence ?? []).reduce(
    (product, values) => product * largest(values, depth + 1),
    1,
  );
}

function largest(values: Values, depth = 0): number {
  return Math.max(0, ...values.map((value) => sizeOf(value, depth)));
}

export function tell(ev: Evaluator, what: string, place: Place): void {
  ev.found({ kind: "exhausts", message: `This ${what}` }, place);
}
