import { expect, it } from "vitest";
import type { Outcome } from "../../../src/approval/outcome.ts";
import { unperformedInWords } from "../../../src/editor/unperformed.ts";

it.each<[Outcome<unknown>, RegExp | undefined]>([
  [{ state: "refused", reason: "co2.csv changed." }, /^Refused, nothing ran: co2\.csv changed\.$/],
  [{ state: "expired" }, /time ran out.*nothing ran/],
  [{ state: "outcome-unknown", reason: "The engine is gone." }, /^Nobody can prove.*engine is gone/],
  [{ state: "rejected", reason: "no" }, undefined],
  [{ state: "withdrawn" }, undefined],
  [{ state: "finished", result: 1 }, undefined],
])("says what came to nothing, and is silent where a person did not want it: %j", (outcome, words) => {
  if (words === undefined) expect(unperformedInWords(outcome)).toBeUndefined();
  else expect(unperformedInWords(outcome)).toMatch(words);
});
