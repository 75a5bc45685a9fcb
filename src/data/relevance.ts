/** Words too common to tell one text from another. */
const COMMON = new Set(
  "a an and are as at be by does for from has have how in is it its many much of on or that the this to was what when where which who why with".split(
    " ",
  ),
);

/**
 * How much a text has to do with a question: the share of the question's words found in it, 0 to 1. A word also counts
 * where one begins with the other (`magnet`, `magnets`).
 */
export function relevance(question: string, text: string): number {
  const asked = words(question);
  if (asked.size === 0) return 0;
  const present = words(text);
  const found = [...asked].filter(
    (word) => present.has(word) || [...present].some((other) => related(word, other)),
  );
  return found.length / asked.size;
}

function words(text: string): Set<string> {
  const all =
    text
      .normalize("NFKC")
      .toLowerCase()
      .slice(0, 20_000)
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(all.filter((word) => word.length > 1 && !COMMON.has(word)));
}

function related(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a));
}
