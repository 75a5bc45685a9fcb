import type { Outcome } from "../approval/outcome.ts";
import { oneLine } from "./plain-text.ts";

/** That nothing came of a request, or that nobody can tell. Undefined where something came of it, or where a person did not want it. */
export function unperformedInWords(outcome: Outcome<unknown>): string | undefined {
  switch (outcome.state) {
    case "refused":
      return `Refused, nothing ran: ${oneLine(outcome.reason, 300)}`;
    case "expired":
      return "Its time ran out before it was run; nothing ran.";
    case "outcome-unknown":
      return `Nobody can prove how it ended: ${oneLine(outcome.reason, 300)}`;
    default:
      return undefined;
  }
}
