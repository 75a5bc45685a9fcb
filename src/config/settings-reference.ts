import { describeAccepted } from "./accepting.ts";
import type { MergeRule, Value } from "./key.ts";
import { KEYS } from "./keys.ts";

const WHO: Readonly<Record<MergeRule, string>> = {
  minimum: "the stricter of yours and the file's",
  and: "true only where both say so",
  or: "true where either says so",
  user: "your settings only",
  workspace: "the file",
};

/** The table of keys as Markdown, for the README. */
export function settingsReference(): string {
  const rows = KEYS.map(({ path, accepts, default: value, merge, description }) =>
    [`\`${path}\``, description, describeAccepted(accepts), `\`${display(value)}\``, WHO[merge]].join(" | "),
  );
  return ["| Key | What it says | Accepts | Default | Who decides |", "| --- | --- | --- | --- | --- |"]
    .concat(rows.map((row) => `| ${row} |`))
    .join("\n");
}

function display(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
