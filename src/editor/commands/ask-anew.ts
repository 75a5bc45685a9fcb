import type { AnalysisId } from "../../agent/analysis.ts";
import type { RequestId } from "../../approval/decisions.ts";
import type { AgentLink } from "../agent-link.ts";
import type { House } from "../house.ts";
import type { Outcomes } from "../outcomes.ts";
import type { ProgressNotes } from "../progress-notes.ts";

export interface AskAnewParts {
  readonly house: House;
  readonly link: AgentLink;
  readonly outcomes: Outcomes;
  readonly notes: ProgressNotes;
}

/** A new request for the same code, in the world as it is now. It allows nothing, so a command may do it. */
export async function askAnew({ house, link, outcomes, notes }: AskAnewParts, id: RequestId): Promise<void> {
  const { approvals } = await house.enter();
  const analysis = approvals.get(id).context.analysisId as AnalysisId;
  outcomes.follow(analysis);
  notes.follow(analysis);
  (await link.agent()).askAnew(id);
}
