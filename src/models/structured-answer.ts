import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import type { AnswerSchema, Message } from "./language-model.ts";

export type Parsed<T> = { readonly value: T } | { readonly mistake: string };

/** Reads an answer that should satisfy a schema; the mistake is a phrase for people and for the model's second try. */
export function parseAnswer<T>({ schema }: AnswerSchema, text: string): Parsed<T> {
  const value = firstJson(text);
  if (value === undefined) return { mistake: "it holds no JSON" };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  if (ajv.validate<T>(schema, value)) return { value };
  return { mistake: mistakeIn(ajv, ajv.errors ?? []) };
}

const MOST_NAMED = 5;

function mistakeIn(ajv: Ajv2020, errors: readonly ErrorObject[]): string {
  const wrong = errors.filter(({ keyword }) => keyword !== "additionalProperties");
  const unasked = errors.flatMap(({ keyword, params }) =>
    keyword === "additionalProperties" ? [String(params.additionalProperty).slice(0, 40)] : [],
  );
  const names = unasked.slice(0, MOST_NAMED).map((name) => JSON.stringify(name));
  return [
    ...(wrong.length === 0 ? [] : [ajv.errorsText([...wrong], { dataVar: "answer" })]),
    ...(names.length === 0 ? [] : [`answer has ${names.join(", ")}, which nobody asked for`]),
  ].join(", ");
}

/** For servers that do not enforce a schema themselves. */
export function schemaInstruction({ description, schema }: AnswerSchema): Message {
  return {
    role: "system",
    content: `Answer with one JSON object and nothing else: ${description}. It must satisfy this JSON Schema:\n${JSON.stringify(schema)}`,
  };
}

/** Models wrap JSON in fences, and reasoning ones think aloud first. */
function firstJson(text: string): unknown {
  const spoken = text.replace(/^\s*<think>[\s\S]*?<\/think>/, "").trim();
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(spoken)?.[1];
  const braced = spoken.slice(spoken.indexOf("{"), spoken.lastIndexOf("}") + 1);
  for (const candidate of [spoken, fenced, braced]) {
    const value = candidate === undefined ? undefined : parse(candidate);
    if (value !== undefined) return value;
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
