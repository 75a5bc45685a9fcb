/**
 * Where two JSON values differ, as paths (`inputs[0].digest`), at most `limit` of them: what a person is told when the
 * world is not what was approved.
 */
export function differingPaths(approved: unknown, observed: unknown, limit = 5): readonly string[] {
  return [...walk(approved, observed, "")].slice(0, limit);
}

function* walk(a: unknown, b: unknown, path: string): Generator<string> {
  if (Object.is(a, b)) return;
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    yield path === "" ? "everything" : path;
    return;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    yield* walk(a[key], b[key], step(path, key, Array.isArray(a)));
  }
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function step(path: string, key: string, inArray: boolean): string {
  if (inArray) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
