/** What a gap in a text can hold. Only `number` and `name` can never hold a path separator. */
export type Hole = "number" | "name" | "data" | "unknown";
export type Part = string | { readonly hole: Hole };

/** A string of which every literal part is known. No holes: the string itself. */
export type Template = readonly Part[];

const LONGEST = 20_000;
const SEVERITY: readonly Hole[] = ["number", "name", "data", "unknown"];

export const literal = (text: string): Template => [text];
export const gap = (hole: Hole): Template => [{ hole }];

/** The string, if nothing in it is missing. */
export function whole(template: Template): string | undefined {
  return template.length === 0
    ? ""
    : template.every((part) => typeof part === "string")
      ? template.join("")
      : undefined;
}

/** Joins neighbours; what grows beyond any sensible length becomes a gap. */
export function concatenate(...templates: readonly Template[]): Template {
  const parts: Part[] = [];
  let length = 0;
  for (const part of templates.flat()) {
    const last = parts.at(-1);
    if (typeof part === "string") length += part.length;
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else if (typeof part !== "string" && typeof last === "object")
      parts[parts.length - 1] = worse(last, part);
    else parts.push(part);
  }
  return length > LONGEST || parts.length > 40 ? gap(worstHole(parts) ?? "data") : parts;
}

/** Whether the text can be this one, by how it begins and ends. */
export function mayBe(template: Template, literal: string): boolean {
  const [first, last] = [template[0], template.at(-1)];
  return (
    (typeof first !== "string" || literal.startsWith(first)) &&
    (typeof last !== "string" || literal.endsWith(last))
  );
}

/** For people: gaps as `*`. */
export function display(template: Template): string {
  return template.map((part) => (typeof part === "string" ? part : "*")).join("");
}

export function worstHole(template: Template): Hole | undefined {
  let worst = -1;
  for (const part of template) {
    if (typeof part !== "string") worst = Math.max(worst, SEVERITY.indexOf(part.hole));
  }
  return SEVERITY[worst];
}

/** The last component of a path, and what stands before it. */
export function splitPath(template: Template): { readonly folder: Template; readonly name: Template } {
  for (let index = template.length - 1; index >= 0; index -= 1) {
    const part = template[index];
    if (typeof part !== "string") continue;
    const slash = part.lastIndexOf("/");
    if (slash < 0) continue;
    return {
      folder: concatenate(template.slice(0, index), [part.slice(0, slash) || (index === 0 ? "/" : "")]),
      name: concatenate([part.slice(slash + 1)], template.slice(index + 1)),
    };
  }
  return { folder: ["."], name: template };
}

/** `os.path.join`: a later absolute part drops what stood before it. */
export function joinPaths(parts: readonly Template[]): Template {
  return parts.reduce((path, part) => {
    const start = part[0];
    if (typeof start === "string" && start.startsWith("/")) return part;
    const end = path.at(-1);
    const closed = path.length === 0 || (typeof end === "string" && (end.endsWith("/") || end === ""));
    return concatenate(path, closed ? [] : ["/"], part);
  }, []);
}

function worse(a: { readonly hole: Hole }, b: { readonly hole: Hole }): Part {
  return SEVERITY.indexOf(a.hole) >= SEVERITY.indexOf(b.hole) ? a : b;
}
