/** These put something at a key. */
export const PUTS_AT = new Set(["setdefault", "__setitem__"]);
/** These put in what their arguments hold. */
export const SPREADS = new Set([
  "extend",
  "extendleft",
  "update",
  "union",
  "symmetric_difference",
  "symmetric_difference_update",
  "__init__",
  "__iadd__",
  "__ior__",
  "__ixor__",
]);
/** These put in what they are given. */
export const ADDS = new Set(["append", "insert", "add", "appendleft", "put", "push", ...PUTS_AT, ...SPREADS]);
/** What is held stands in another place after these. */
const REORDERS = new Set([
  "clear",
  "move_to_end",
  "pop",
  "popitem",
  "popleft",
  "remove",
  "reverse",
  "rotate",
  "shuffle",
  "sort",
  "__delitem__",
  "__imul__",
]);

/** Whether a method of this name changes a list, dictionary or set. */
export const changesContainer = (name: string): boolean => ADDS.has(name) || REORDERS.has(name);
