import { expect, it } from "vitest";
import { raised } from "../../../src/python/run-errors.ts";

it.each([
  ["SystemExit", "3", "The code ended itself with status 3."],
  ["SystemExit", "-1", "The code ended itself with status -1."],
  ["SystemExit", "no beam", "The code ended itself and said why: no beam"],
  ["ValueError", "3", "The code stopped with ValueError: 3"],
])("says of %s: %s how the code ended", (name, message, said) => {
  const error = raised({ type: "error", name, message, traceback: [] });
  expect(error).toMatchObject({ code: "run-failed", message: said });
});
