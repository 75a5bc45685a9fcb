/** Fits what a pattern stands for, in which `*` may be anything. */
export function fitting(pattern: string): RegExp {
  return new RegExp(`^${pattern.split(/\*+/).map(escaped).join(".*")}$`, "su");
}

/** The text as part of an expression that fits nothing else. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
