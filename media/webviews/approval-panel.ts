import "./approval-panel.css";
import type { FromPanel, PanelState, ToPanel } from "../../src/editor/approval-panel/messages.ts";
import { Actions } from "./approval-panel/actions.ts";
import { codeListing, type CodeListing } from "./approval-panel/code.ts";
import { SeenLines } from "./approval-panel/seen.ts";
import { element } from "./approval-panel/dom.ts";
import {
  comparisonSections,
  effectsSection,
  header,
  provenanceSection,
  section,
  whereSection,
} from "./approval-panel/facts.ts";

const PING_MS = 1_000;
const SILENCE_MS = 2_500;

/** The approval panel's page. It shows what the host sends and says what the person did; it decides nothing. */
class Page {
  private readonly vscode = acquireVsCodeApi();
  private readonly token = document.body.dataset["token"] ?? "";
  private readonly actions = new Actions(
    (message) => this.send(message),
    (line) => this.listing?.focusLine(line),
  );
  private readonly seen = new SeenLines(() => this.actions.setUnseen(this.seen.unseen));
  private readonly content = element("main", { "aria-labelledby": "title" });
  private listing: CodeListing | undefined;
  private heardAt = Date.now();

  start(): void {
    const root = document.getElementById("root");
    root?.append(this.content, this.actions.node);
    window.addEventListener("message", ({ data }: MessageEvent<ToPanel>) => this.receive(data));
    window.addEventListener("keydown", (event) => this.key(event));
    setInterval(() => this.beat(), PING_MS);
    this.send({ type: "ready" });
  }

  private send(message: FromPanel): void {
    this.vscode.postMessage({ ...message, token: this.token });
  }

  private receive(message: ToPanel): void {
    this.heardAt = Date.now();
    this.actions.setListening(true);
    if (message.type === "state") this.draw(message.state);
    if (message.type === "problem") this.actions.showProblem(message.text);
  }

  private beat(): void {
    this.send({ type: "ping" });
    if (Date.now() - this.heardAt > SILENCE_MS) this.actions.setListening(false);
  }

  private draw(state: PanelState): void {
    this.vscode.setState({ requestId: state.requestId });
    const top = document.documentElement.scrollTop;
    const goTo = (line: number) => this.listing?.focusLine(line);
    this.listing = codeListing(state, (line, column) => this.send({ type: "reveal", line, column }));
    const code = section(
      state.isPython ? "The whole code" : "The whole text",
      ...keysHint(state),
      this.listing.node,
    );
    const facts = element(
      "div",
      { class: "facts" },
      ...comparisonSections(state, () => this.send({ type: "changes" })),
      effectsSection(state, goTo),
      whereSection(state),
      provenanceSection(state),
    );
    this.content.replaceChildren(header(state), element("div", { class: "columns" }, facts, code));
    this.seen.watch(state.hash, this.listing.flagged, this.actions.node);
    this.actions.setUnseen(this.seen.unseen);
    this.actions.update(state);
    document.documentElement.scrollTop = top;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.actions.escape()) return event.preventDefault();
    if (event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const inCode = event.target instanceof HTMLElement && event.target.classList.contains("line");
    if (event.key === "n" || (inCode && event.key === "ArrowDown")) this.walk(event, 1);
    if (event.key === "p" || (inCode && event.key === "ArrowUp")) this.walk(event, -1);
  }

  private walk(event: KeyboardEvent, step: 1 | -1): void {
    event.preventDefault();
    this.listing?.walk(step);
  }
}

function keysHint({ findings }: PanelState): Node[] {
  if (findings.length === 0) return [];
  const text = "n and p walk the flagged lines, Enter opens one in the editor.";
  return [element("p", { class: "keys", text })];
}

new Page().start();
