import { allParts, type PartName } from "../machine/parts.ts";

/** @throws in one sentence what is missing and what a person does about it; a bench installs and starts nothing itself. */
export async function requireParts(...names: readonly PartName[]): Promise<void> {
  const parts = allParts();
  for (const name of names) {
    const part = parts[name];
    if (!(await part.ready())) throw new Error(`the ${part.name} is missing: ${part.byHand}`);
  }
}
