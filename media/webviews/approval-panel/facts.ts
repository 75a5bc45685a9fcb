import type {
  PanelComparison,
  PanelEffect,
  PanelState,
} from "../../../src/editor/approval-panel/messages.ts";
import { element, icon } from "./dom.ts";

export function header(state: PanelState): HTMLElement {
  const attempt = state.attempt > 1 ? ` · attempt ${state.attempt}` : "";
  const edited = state.edited ? " · edited" : "";
  return element(
    "header",
    { class: "header" },
    element("p", { class: "overline", text: `${state.standing}${attempt}${edited}` }),
    element("h1", { text: state.isPython ? state.question : state.subject, id: "title", tabindex: -1 }),
    ...(state.isPython || state.question === ""
      ? []
      : [element("p", { class: "objective", text: `After: ${state.question}` })]),
    ...(state.objective === "" ? [] : [element("p", { class: "objective", text: state.objective })]),
    summaryLine(state),
  );
}

function summaryLine(state: PanelState): HTMLElement {
  const notable = state.isRefused || state.effects.some(({ ordinary }) => !ordinary);
  const text = element(
    "div",
    {},
    element("strong", { text: sentence(state.summary) }),
    element("div", { class: "muted", text: state.reason }),
  );
  const tone = state.isRefused ? "refused" : notable ? "notable" : "ordinary";
  return element("div", { class: `summary ${tone}` }, icon(notable ? "attention" : "done"), text);
}

/** What is different since it was asked for, and from an earlier request about the same. */
export function comparisonSections(
  { comparisons }: PanelState,
  showChanges: () => void,
): readonly HTMLElement[] {
  return comparisons.map((comparison) => comparisonSection(comparison, showChanges));
}

function comparisonSection(comparison: PanelComparison, showChanges: () => void): HTMLElement {
  const rows = comparison.changes.map(({ kind, text }) =>
    element(
      "li",
      { class: kind === "gained" ? "effect notable" : "effect" },
      element("span", { class: "sign", text: SIGNS[kind], "aria-hidden": "true" }),
      element("div", { class: "what", text }),
    ),
  );
  const none = element("p", { class: "muted", text: "Nothing is different." });
  const look = element("button", {
    class: "link",
    type: "button",
    text: "Show the changes line by line",
    on: showChanges,
  });
  return section(
    comparison.title,
    rows.length === 0 ? none : element("ul", { class: "effects" }, ...rows),
    ...(comparison.hasText ? [look] : []),
  );
}

const SIGNS = { gained: "+", lost: "−", other: "•" } as const;

export function effectsSection(state: PanelState, goTo: (line: number) => void): HTMLElement {
  const rows = state.effects.map((effect) => effectRow(effect, state.isPython, goTo));
  if (rows.length === 0 && !state.isPython)
    return section("What it does", element("p", { text: sentence(state.summary) }));
  const none = element("p", { class: "muted", text: "It computes only: no effect was found." });
  const title = state.isPython ? "What it can do" : "What it does";
  return section(title, rows.length === 0 ? none : element("ul", { class: "effects" }, ...rows));
}

/** What code can do has a name that people find again in the settings; what else is done only has its words. */
function effectRow(effect: PanelEffect, isPython: boolean, goTo: (line: number) => void): HTMLElement {
  const links = effect.lines.map((line) =>
    element("button", {
      class: "link",
      type: "button",
      text: `line ${line}`,
      "aria-label": `Go to line ${line}: ${effect.summary}`,
      on: () => goTo(line),
    }),
  );
  return element(
    "li",
    { class: effect.ordinary ? "effect" : "effect notable" },
    icon(effect.ordinary ? "ordinary" : "attention"),
    element(
      "div",
      {},
      element("div", { class: "what", text: effect.summary }),
      ...(isPython
        ? [element("div", { class: "where" }, element("code", { text: effect.kind }), ...links)]
        : []),
    ),
  );
}

export function whereSection(state: PanelState): HTMLElement {
  const rows = state.where.flatMap(({ label, value }) => [
    element("dt", { text: label }),
    element("dd", { text: value }),
  ]);
  return section(state.isPython ? "Where it runs" : "What becomes of it", element("dl", {}, ...rows));
}

export function provenanceSection(state: PanelState): HTMLElement {
  const rows: readonly (readonly [string, string])[] = [
    ["Expected", state.expectedResults],
    ["Written by", state.model],
    ["SHA-256", state.hash],
  ];
  const shown = rows.filter(([, value]) => value !== "");
  const items = shown.flatMap(([label, value]) => [
    element("dt", { text: label }),
    element("dd", { text: value, class: label === "SHA-256" ? "hash" : "" }),
  ]);
  return section("About this request", element("dl", {}, ...items));
}

export function section(title: string, ...content: readonly Node[]): HTMLElement {
  return element("section", {}, element("h2", { text: title }), ...content);
}

function sentence(text: string): string {
  return text === "" ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
