import { type ExactNumber, writtenNumber } from "./exact-numbers.ts";
import type { Value } from "./values.ts";

export function number({ value, isFloat }: ExactNumber): Value {
  return { kind: "number", value, isFloat, key: `n${writtenNumber({ value, isFloat })}` };
}

/** An integer that is too large to be held exactly: how much memory it asks for is known all the same. */
export function largeNumber(size: number): Value {
  return { kind: "number", value: undefined, isFloat: false, size, key: `n~${size}` };
}

/** The value of an integer that is known. */
export function wholeNumber(value: Value | undefined): number | undefined {
  return value?.kind === "number" && !value.isFloat ? value.value : undefined;
}

export function exactNumber(value: Value | undefined): ExactNumber | undefined {
  return value?.kind === "number" && value.value !== undefined
    ? { value: value.value, isFloat: value.isFloat }
    : undefined;
}
