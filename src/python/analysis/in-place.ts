import { type Arguments, type Evaluator, NO_ARGUMENTS, type Place } from "./evaluator.ts";
import { LIBRARY_DATA, NONE, type Values, unique } from "./values.ts";

type InPlace = (ev: Evaluator, args: Arguments, place: Place) => Values | undefined;

const OPERATORS =
  "iadd iand iconcat ifloordiv ilshift imatmul imod imul ior ipow irshift isub itruediv ixor setitem delitem";

/** Functions of `operator` that change what they are given, as the method of that name would. */
export const IN_PLACE: Readonly<Record<string, InPlace>> = Object.fromEntries(
  OPERATORS.split(" ").flatMap((name) => {
    const method = name === "iconcat" ? "__iadd__" : `__${name}__`;
    const act: InPlace = (ev, args, place) => changed(ev, method, args, place);
    return [
      [`operator.${name}`, act],
      [`operator.__${name}__`, act],
    ];
  }),
);

export const CHANGES_IN_PLACE: ReadonlySet<string> = new Set(Object.keys(IN_PLACE));

function changed(ev: Evaluator, method: string, args: Arguments, place: Place): Values {
  const { positional, rest } = args;
  const given = { ...args, positional: positional.slice(1) };
  const results = (positional[0] ?? rest).flatMap((value) =>
    ["container", "object", "instance", "known", "super"].includes(value.kind)
      ? ev.callMember(value, method, given, place)
      : [LIBRARY_DATA],
  );
  return unique(results);
}

/** What a list holds stands in another order from now on. */
export function reordered(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  for (const value of args.positional[0] ?? args.rest)
    if (value.kind === "container") ev.callMember(value, "sort", NO_ARGUMENTS, place);
  return [NONE];
}

/** A chain of dictionaries is all of them: what is put into it is in one of them. */
export function chained(_ev: Evaluator, args: Arguments): Values {
  const chain = args.positional.flat().filter(({ kind }) => kind === "container");
  return unique([...chain, LIBRARY_DATA]);
}
