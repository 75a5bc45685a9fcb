import type { FromPanel, PanelState } from "../../../src/editor/approval-panel/messages.ts";
import { element, icon } from "./dom.ts";
import { GrantChoice } from "./grant-choice.ts";

/** How long new content must have been on the screen before its button works: nobody clicks what just changed under the pointer. */
const SETTLE_MS = 700;

type Asking = "revise" | "reject";

/** The row of buttons at the foot of the panel, with the comment that two of them ask for. */
export class Actions {
  readonly node = element("footer", { class: "actions", "aria-label": "Decision" });
  private readonly body = element("div", { class: "body" });
  private readonly send: (message: FromPanel) => void;
  private readonly goTo: (line: number) => void;
  private state: PanelState | undefined;
  private asking: Asking | undefined;
  private comment = "";
  private listening = true;
  private settled = false;
  private problem = "";
  private settling: ReturnType<typeof setTimeout> | undefined;

  private unseen: readonly number[] = [];
  private readonly choice = new GrantChoice(() => this.choose());

  constructor(send: (message: FromPanel) => void, goTo: (line: number) => void) {
    this.send = send;
    this.goTo = goTo;
    this.node.append(this.body, this.choice.meaning);
  }

  update(state: PanelState): void {
    if (state.hash !== this.state?.hash || state.phase !== this.state.phase) this.startAnew();
    this.state = state;
    this.choice.offer(state.phase === "undecided" ? state.grants : []);
    if (state.phase === "decided" || state.phase === "restricted") this.asking = undefined;
    this.draw();
  }

  /** Without anybody who listens nothing here may look as if it worked. */
  setListening(listening: boolean): void {
    if (listening === this.listening) return;
    this.listening = listening;
    this.draw();
  }

  /** Flagged lines that have not been in view yet: what nobody saw nobody approves. */
  setUnseen(lines: readonly number[]): void {
    if (lines.join() === this.unseen.join()) return;
    this.unseen = lines;
    this.draw();
  }

  showProblem(text: string): void {
    this.problem = text;
    this.draw();
  }

  /** Escape: leaves the comment, decides nothing. True where there was one. */
  escape(): boolean {
    if (this.asking === undefined) return false;
    const button = this.asking;
    this.asking = undefined;
    this.draw();
    this.node.querySelector<HTMLElement>(`[data-act="${button}"]`)?.focus();
    return true;
  }

  private startAnew(): void {
    this.problem = "";
    this.choice.reset();
    this.settle();
  }

  /** Nothing but the button is drawn again: the list keeps its focus. The button grew, maybe to under the pointer. */
  private choose(): void {
    this.settle();
    if (this.state === undefined) return;
    this.node.querySelector('[data-act="approve"]')?.replaceWith(this.approveButton(this.state));
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settled = false;
    this.settling = setTimeout(() => {
      this.settled = true;
      const approve = this.node.querySelector<HTMLButtonElement>('[data-act="approve"]');
      if (approve !== null) approve.disabled = !this.mayApprove();
    }, SETTLE_MS);
  }

  private mayApprove(): boolean {
    const isSeen = this.unseen.length === 0;
    return this.listening && this.settled && isSeen && this.state?.phase === "undecided";
  }

  private draw(): void {
    const { state } = this;
    if (state === undefined) return;
    const focused = (document.activeElement as HTMLElement | null)?.dataset["act"];
    this.choice.meaning.hidden = this.asking !== undefined;
    this.body.replaceChildren(
      ...this.messages(),
      ...(this.asking === undefined ? this.buttons(state) : this.commentForm(this.asking)),
    );
    if (focused !== undefined) this.node.querySelector<HTMLElement>(`[data-act="${focused}"]`)?.focus();
  }

  private messages(): Node[] {
    const lost = "Countersign is not listening at the moment. Nothing can be decided here until it is back.";
    const text = this.listening ? this.problem : lost;
    return text === "" ? [] : [element("p", { class: "problem", role: "alert", text })];
  }

  private buttons(state: PanelState): Node[] {
    if (state.phase === "decided") return [this.decided(state)];
    if (state.phase === "restricted") return [standing(RESTRICTED)];
    const open = this.listening;
    const revise = button("secondary", "revise", "Revise…", open, () => this.ask("revise"));
    const edit = button("secondary", "edit", "Edit in Editor", open, () => this.send({ type: "edit" }));
    return [
      element(
        "div",
        { class: "row" },
        this.approveButton(state),
        ...this.choice.nodes(),
        ...(state.revisionQuestion === "" ? [] : [revise]),
        button("secondary", "reject", "Reject", open, () => this.ask("reject")),
        ...(state.isPython ? [edit] : []),
        element("span", { class: "hint", text: hint(state) }),
        ...this.unseenHint(state),
      ),
    ];
  }

  /** It says what it does, with what was chosen beside it. */
  private approveButton(state: PanelState): HTMLButtonElement {
    const { chosen } = this.choice;
    const label = chosen?.approveLabel ?? state.approveLabel;
    const approve = button("primary", "approve", label, this.mayApprove(), () =>
      this.send({ type: "approve", hash: state.hash, grant: chosen?.id ?? "" }),
    );
    if (state.isPython) approve.prepend(icon("play"));
    if (chosen !== undefined) approve.setAttribute("aria-describedby", this.choice.meaning.id);
    return approve;
  }

  private unseenHint({ phase }: PanelState): Node[] {
    const [next] = this.unseen;
    if (phase !== "undecided" || next === undefined) return [];
    const count = this.unseen.length;
    const text = `${count} flagged ${count === 1 ? "line was" : "lines were"} not in view yet.`;
    const show = button("link", "unseen", `Show line ${next}`, true, () => this.goTo(next));
    return [element("span", { class: "hint", role: "status", text }), show];
  }

  private decided(state: PanelState): HTMLElement {
    const open = button("primary", "notebook", "Open Notebook", this.listening, () =>
      this.send({ type: "notebook" }),
    );
    const anew = button("primary", "anew", "Ask Anew", this.listening, () => this.send({ type: "anew" }));
    const offered = [...(state.hasNotebook ? [open] : []), ...(state.mayAskAnew ? [anew] : [])];
    return standing(state.standing, ...offered);
  }

  private ask(asking: Asking): void {
    this.asking = asking;
    this.comment = "";
    this.draw();
    this.node.querySelector("textarea")?.focus();
  }

  private commentForm(asking: Asking): Node[] {
    const { question, send: label } = this.commentTexts(asking);
    const input = element("textarea", {
      rows: 2,
      "aria-label": question,
      placeholder: question,
      maxlength: 10_000,
      "data-act": "comment",
    });
    const send = button("primary", "send", label, this.maySend(asking), () => this.sendComment(asking));
    input.value = this.comment;
    input.addEventListener("input", () => {
      this.comment = input.value;
      send.disabled = !this.maySend(asking);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.sendComment(asking);
    });
    const back = button("secondary", "back", "Back", true, () => this.escape());
    return [input, element("div", { class: "row" }, send, back)];
  }

  private commentTexts(asking: Asking): { readonly question: string; readonly send: string } {
    return asking === "revise"
      ? { question: this.state?.revisionQuestion ?? "", send: "Send Back" }
      : { question: "Why? You may leave this empty. Nothing will run.", send: "Reject" };
  }

  private maySend(asking: Asking): boolean {
    return this.listening && (asking === "reject" || this.comment.trim() !== "");
  }

  private sendComment(asking: Asking): void {
    if (!this.maySend(asking)) return;
    const comment = this.comment.trim();
    this.asking = undefined;
    this.send(asking === "revise" ? { type: "revise", comment } : { type: "reject", reason: comment });
    this.draw();
  }
}

const RESTRICTED =
  "Restricted Mode: this may be read, and nothing can be decided or run. Trust the workspace if you trust what is in it.";

function standing(text: string, ...before: readonly HTMLElement[]): HTMLElement {
  return element("div", { class: "row" }, ...before, element("span", { class: "standing", text }));
}

function button(
  kind: "primary" | "secondary" | "link",
  act: string,
  label: string,
  enabled: boolean,
  on: () => void,
): HTMLButtonElement {
  const made = element("button", { class: kind, type: "button", "data-act": act, on }, label);
  made.disabled = !enabled;
  return made;
}

function hint(state: PanelState): string {
  if (state.phase === "checking") return "Checking what this code can do…";
  if (state.phase === "unapprovable") return "This cannot be approved as it stands.";
  return "";
}
