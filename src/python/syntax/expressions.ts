import type { ParsedNode } from "./node.ts";

/** What the parts of the parser ask of each other: each reads from the stream on. */
export interface Expressions {
  /** Anything but `:=`, `*` and `yield`. */
  expression(): ParsedNode;
  /** `name := expression` as well. */
  named(): ParsedNode;
  /** `*expression` as well. */
  starred(): ParsedNode;
  /** `*expression`, or as `named`. */
  starredOrNamed(): ParsedNode;
  /** One, or several with commas between: then an `expression_list`. */
  list(): ParsedNode;
  /** As `list`, or a `yield`. */
  listOrYield(): ParsedNode;
  /** Without `if … else`, `lambda`. */
  disjunction(): ParsedNode;
  /** One or several that can be assigned to, up to `in` or `=`. */
  targets(): ParsedNode;
  /** What can be assigned to. */
  target(): ParsedNode;
}
