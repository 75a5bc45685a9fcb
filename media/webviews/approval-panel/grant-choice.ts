import type { PanelGrant } from "../../../src/editor/approval-panel/messages.ts";
import { element } from "./dom.ts";

/** What is approved: just this once, or with it what a grant allows. */
export class GrantChoice {
  /** What the chosen grant allows. Stays in the page, so that a change is read out; told with the button, too. */
  readonly meaning = element("p", { class: "meaning", id: "grant-meaning", role: "status" });
  private readonly select = element("select", { "aria-label": "What is approved", "data-act": "grant" });
  private grants: readonly PanelGrant[] = [];

  constructor(onChange: () => void) {
    this.select.addEventListener("change", () => {
      this.say();
      onChange();
    });
  }

  /** Undefined is just this once. */
  get chosen(): PanelGrant | undefined {
    return this.grants.find(({ id }) => id === this.select.value);
  }

  /** Keeps what was chosen where it is still offered. */
  offer(grants: readonly PanelGrant[]): void {
    const { value } = this.select;
    this.grants = grants;
    const once = { id: "", label: "Just this once" };
    const options = [once, ...grants].map(({ id, label }) => element("option", { value: id, text: label }));
    this.select.replaceChildren(...options);
    this.select.value = grants.some(({ id }) => id === value) ? value : "";
    this.say();
  }

  reset(): void {
    this.select.value = "";
    this.say();
  }

  /** Nothing where there is nothing to choose. */
  nodes(): readonly Node[] {
    return this.grants.length === 0 ? [] : [this.select];
  }

  private say(): void {
    this.meaning.textContent = this.chosen?.meaning ?? "";
  }
}
