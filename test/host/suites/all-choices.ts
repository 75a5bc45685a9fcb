import type { Choice, Pages } from "../../../src/editor/choices.ts";

/** All pages of a list that is searched. */
export async function allChoices<T>(pages: Pages<T>): Promise<readonly Choice<T>[]> {
  const choices: Choice<T>[] = [];
  for (;;) {
    const page = await pages.next();
    choices.push(...page.value);
    if (page.done === true) return choices;
  }
}
