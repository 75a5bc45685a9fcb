/** Questions in a `questions.json`: a list of texts, or of objects with a `question`. A file that is neither holds none. */
export function parseSampleQuestions(text: string): readonly string[] {
  const parsed = parse(text);
  const list: unknown = Array.isArray(parsed) ? parsed : member(parsed, "questions");
  if (!Array.isArray(list)) return [];
  return list
    .map((item: unknown) => (typeof item === "string" ? item : member(item, "question")))
    .filter((question) => typeof question === "string" && question.trim() !== "")
    .map(String);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
