import { posix } from "node:path";
import type { Accepts, Value } from "./key.ts";
import { suggest } from "./suggestion.ts";

export type Accepted =
  { readonly value: Value } | { readonly mistake: string; /** Of a list's item. */ readonly item?: number };

/** Checks one value against what its key accepts; the mistake is a sentence for people that lists the accepted values. */
export function accept(accepts: Accepts, raw: unknown): Accepted {
  switch (accepts.type) {
    case "choice":
      return acceptChoice(accepts, raw);
    case "boolean":
      return typeof raw === "boolean" ? { value: raw } : { mistake: `Expected true or false${found(raw)}.` };
    case "number":
      return acceptNumber(accepts, raw);
    case "text":
      return acceptText(accepts, raw);
    case "texts":
      return acceptTexts(accepts, raw);
    case "text-map":
      return acceptTextMap(accepts, raw);
  }
}

/** For people: the values that a key accepts. */
export function describeAccepted(accepts: Accepts): string {
  switch (accepts.type) {
    case "choice":
      return accepts.values.join(", ");
    case "boolean":
      return "true, false";
    case "number":
      return `${accepts.minimum} to ${accepts.maximum} ${accepts.unit}`;
    case "text":
    case "text-map":
      return accepts.what;
    case "texts":
      return `a list, each ${accepts.what}`;
  }
}

function acceptChoice(accepts: Accepts & { type: "choice" }, raw: unknown): Accepted {
  if (typeof raw === "string") {
    const aliases = accepts.aliases ?? {};
    const value = Object.hasOwn(aliases, raw) ? aliases[raw] : raw;
    if (value !== undefined && accepts.values.includes(value)) return { value };
  }
  const meant = typeof raw === "string" ? suggest(raw, accepts.values) : undefined;
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return { mistake: `Expected one of ${describeAccepted(accepts)}${found(raw)}.${hint}` };
}

function acceptNumber(accepts: Accepts & { type: "number" }, raw: unknown): Accepted {
  const fits =
    typeof raw === "number" &&
    raw >= accepts.minimum &&
    raw <= accepts.maximum &&
    (!accepts.integer || Number.isInteger(raw));
  if (fits) return { value: raw };
  const kind = accepts.integer ? "a whole number" : "a number";
  return { mistake: `Expected ${kind}, ${describeAccepted(accepts)}${found(raw)}.` };
}

type TextAccepts = Accepts & { readonly type: "text" | "texts" };

function acceptText(
  accepts: TextAccepts,
  raw: unknown,
): { readonly value: string } | { readonly mistake: string } {
  const isFolder = accepts.folders === true && typeof raw === "string" && raw !== "";
  const text = isFolder ? posix.normalize(raw).replace(/\/$/, "") : raw;
  return typeof text === "string" && accepts.pattern.test(text)
    ? { value: text }
    : { mistake: `Expected ${accepts.what}${found(raw)}.` };
}

function acceptTexts(accepts: TextAccepts, raw: unknown): Accepted {
  if (!Array.isArray(raw)) return { mistake: `Expected ${describeAccepted(accepts)}${found(raw)}.` };
  const values: string[] = [];
  for (const [item, one] of (raw as readonly unknown[]).entries()) {
    const accepted = acceptText(accepts, one);
    if ("mistake" in accepted) return { ...accepted, item };
    values.push(accepted.value);
  }
  return { value: values };
}

function acceptTextMap(accepts: Accepts & { type: "text-map" }, raw: unknown): Accepted {
  const isMap = typeof raw === "object" && raw !== null && !Array.isArray(raw);
  if (!isMap || Object.values(raw).some((text) => typeof text !== "string")) {
    return { mistake: `Expected ${accepts.what}${found(raw)}.` };
  }
  const { pattern } = accepts;
  const wrong = Object.values(raw as Readonly<Record<string, string>>).find(
    (text) => pattern !== undefined && !pattern.test(text),
  );
  if (wrong !== undefined) return { mistake: `Expected ${accepts.what}${found(wrong)}.` };
  return { value: raw as Readonly<Record<string, string>> };
}

function found(raw: unknown): string {
  if (raw === undefined || raw === null) return "";
  if (Array.isArray(raw)) return ", found a list";
  if (typeof raw === "object") return ", found a group of keys";
  const text = typeof raw === "string" ? JSON.stringify(raw) : `${raw as number | boolean}`;
  return `, found ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`;
}
