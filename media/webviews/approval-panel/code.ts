import type { CodeSpan, PanelFinding, PanelState } from "../../../src/editor/approval-panel/messages.ts";
import { element } from "./dom.ts";
import { endOf } from "./seen.ts";

/** Characters that hide or reorder what follows them: shown by their code, so that nobody approves what they cannot see. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|(?![\n\t])[\u0000-\u001f\u007f]/gu;

export interface CodeListing {
  readonly node: HTMLElement;
  /** Moves to the next (1) or previous (-1) flagged line. */
  walk(step: 1 | -1): void;
  focusLine(line: number): void;
  /** The rows of flagged lines, by line from 1. */
  readonly flagged: ReadonlyMap<number, HTMLElement>;
}

/** The whole text, line by line, with every finding under the line it belongs to. */
export function codeListing(state: PanelState, reveal: (line: number, column: number) => void): CodeListing {
  const rows: HTMLElement[] = [];
  const flagged = new Map<number, HTMLElement>();
  const list = element("div", { class: "code", role: "list", "aria-label": "Code" });
  let offset = 0;
  state.text.split("\n").forEach((text, index) => {
    const findings = state.findings.filter((finding) => finding.line === index + 1);
    const row = codeRow(index + 1, pieces(text, offset, state.spans), findings);
    rows.push(row);
    if (findings.length > 0) flagged.set(index + 1, row);
    list.append(row, ...findings.map(annotation));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter") reveal(index + 1, findings[0]?.column ?? 1);
    });
    offset += text.length + 1;
  });
  const focus = (row: HTMLElement | undefined) => {
    row?.focus({ preventScroll: true });
    if (row !== undefined) endOf(row).scrollIntoView({ block: "center" });
  };
  return {
    node: list,
    flagged,
    walk: (step) => focus(neighbour([...flagged.values()], step)),
    focusLine: (line) => focus(rows[line - 1]),
  };
}

/** The flagged line after (or before) the one with focus, going round at the ends. */
function neighbour(flagged: readonly HTMLElement[], step: 1 | -1): HTMLElement | undefined {
  const at = flagged.findIndex((row) => row === document.activeElement);
  if (at === -1) return flagged.at(step === 1 ? 0 : -1);
  return flagged.at((at + step) % flagged.length);
}

function codeRow(line: number, code: readonly Node[], findings: readonly PanelFinding[]): HTMLElement {
  const flag = flagOf(findings);
  return element(
    "div",
    {
      class: `line ${flag}`,
      role: "listitem",
      tabindex: findings.length > 0 ? 0 : -1,
      ...(findings.length > 0 ? { "aria-describedby": `note-${line}` } : {}),
    },
    element("span", { class: "number", text: String(line), "aria-label": `Line ${line}` }),
    element("span", { class: "text" }, ...code),
  );
}

function flagOf(findings: readonly PanelFinding[]): string {
  if (findings.length === 0) return "";
  return findings.every(({ ordinary }) => ordinary) ? "flagged" : "flagged notable";
}

function annotation(finding: PanelFinding): HTMLElement {
  const look = { class: finding.ordinary ? "note" : "note notable", id: `note-${finding.line}` };
  const advice =
    finding.avoid === "" ? [] : [element("div", { class: "avoid", text: `To avoid it: ${finding.avoid}.` })];
  return element("div", look, ...quoted(finding.message), ...advice);
}

/** Findings quote code in backquotes: what stands between two of them is set as code. */
function quoted(message: string): (Node | string)[] {
  return message
    .split("`")
    .map((piece, index, all) =>
      index % 2 === 1 && index < all.length - 1 ? element("code", {}, ...visible(piece)) : piece,
    );
}

/** One line cut into coloured pieces; `offset` is where the line starts in the whole text. */
function pieces(text: string, offset: number, spans: readonly CodeSpan[]): Node[] {
  const cut: Node[] = [];
  let at = 0;
  for (const span of spans) {
    const start = Math.max(span.start - offset, at);
    const end = Math.min(span.end - offset, text.length);
    if (end <= start) continue;
    cut.push(...visible(text.slice(at, start)));
    cut.push(element("span", { class: `syntax-${span.class}` }, ...visible(text.slice(start, end))));
    at = end;
  }
  return [...cut, ...visible(text.slice(at))];
}

function visible(text: string): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    if (match.index > at) nodes.push(document.createTextNode(text.slice(at, match.index)));
    nodes.push(element("span", { class: "invisible", text: codePoint(match[0]) }));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(document.createTextNode(text.slice(at)));
  return nodes;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
