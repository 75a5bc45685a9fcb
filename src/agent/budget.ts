import type { Configuration } from "../config/configuration.ts";
import { CountersignError } from "../errors.ts";
import type { AnswerSchema, AskOptions, Models } from "../models/language-model.ts";
import type { Analyses } from "./analyses.ts";
import type { AnalysisId } from "./analysis.ts";

interface Parts {
  readonly models: Models;
  readonly analyses: Pick<Analyses, "spend" | "spent">;
  readonly configuration: () => Pick<Configuration, "generation">;
}

/** Asks models on behalf of analyses, each within the tokens that it may use. What was used is kept, whatever happens to the window. */
export class Budget {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws `budget-spent`, before anything is sent, and what the model throws */
  async askFor<T>(id: AnalysisId, answer: AnswerSchema, options: AskOptions): Promise<T> {
    const model = await this.parts.models.current();
    const asked = await model.countTokens(options.messages.map(({ content }) => content).join("\n"));
    const limit = this.parts.configuration().generation.tokens;
    const spent = this.parts.analyses.spent(id);
    if (spent + asked > limit) throw budgetSpent(spent, asked, limit);
    // Counted before it is known how the model answers: an answer that cannot be used costs too.
    await this.parts.analyses.spend(id, asked);
    const given = await model.askFor<T>(answer, options);
    await this.parts.analyses.spend(id, await model.countTokens(JSON.stringify(given)));
    return given;
  }

  /** For what a person asks for, as in a revision: it counts towards nothing. */
  async askFreely<T>(answer: AnswerSchema, options: AskOptions): Promise<T> {
    return (await this.parts.models.current()).askFor<T>(answer, options);
  }

  /** Attempts that may fail by themselves before an analysis gives up. */
  attempts(): number {
    return this.parts.configuration().generation.attempts;
  }
}

function budgetSpent(spent: number, asked: number, limit: number): CountersignError {
  const used = `This analysis has used ${spent.toLocaleString("en")} of its ${limit.toLocaleString("en")} tokens`;
  return new CountersignError("budget-spent", {
    message: `${used}, and its next question to the model would take ${asked.toLocaleString("en")} more.`,
    kept: "The question and everything up to here.",
    next: "Raise tokens_per_analysis in your setting countersign.generation and retry, or ask a narrower question.",
  });
}
