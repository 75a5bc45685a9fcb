import type { Locator, Page } from "playwright-core";

/** Palette, picks and input boxes: VS Code has one of them at a time. */
export class QuickInput {
  readonly root: Locator;
  readonly input: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.root = page.locator(".quick-input-widget");
    this.input = this.root.locator("input").and(page.locator(":visible")).first();
  }

  get rows(): Locator {
    return this.root.locator(".quick-input-list .monaco-list-row");
  }

  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text });
  }

  async fill(text: string): Promise<void> {
    await this.input.waitFor();
    await this.input.fill(text);
  }

  /** Chooses the row that carries exactly this label. */
  async choose(label: string): Promise<void> {
    const exactly = this.page.locator(".monaco-highlighted-label", {
      hasText: new RegExp(`^${escaped(label)}$`),
    });
    await this.rows.filter({ has: exactly }).first().click();
  }

  async accept(): Promise<void> {
    await this.input.press("Enter");
  }

  /** Types into an input box and accepts it. */
  async answer(text: string): Promise<void> {
    await this.fill(text);
    await this.accept();
  }

  /** Waits until what was typed has gone: the box closed, or another took its place. */
  async leaves(typed: string): Promise<void> {
    const inputs = '[...document.querySelectorAll(".quick-input-widget input")]';
    const holdsIt = `(input) => input.value === ${JSON.stringify(typed)} && input.checkVisibility()`;
    await this.page.waitForFunction(`!${inputs}.some(${holdsIt})`);
  }
}

/** The host's own modal dialog. */
export class Modal {
  readonly root: Locator;

  constructor(page: Page) {
    this.root = page.locator(".monaco-dialog-box");
  }

  /** Message and detail. Waits for the dialog. */
  async text(): Promise<string> {
    await this.root.waitFor();
    return this.root.locator(".dialog-message-container").innerText();
  }

  /** The button that Enter presses. */
  async defaultButton(): Promise<string> {
    return this.root.locator(".dialog-buttons .monaco-button:focus").innerText();
  }

  /** Labels, in the order in which the platform shows them. */
  async buttons(): Promise<string[]> {
    await this.root.waitFor();
    return this.root.locator(".dialog-buttons .monaco-button").allInnerTexts();
  }

  async press(label: string): Promise<void> {
    const exactly = new RegExp(`^${escaped(label)}$`);
    await this.root.locator(".dialog-buttons .monaco-button", { hasText: exactly }).click();
    await this.root.waitFor({ state: "detached" });
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
