import * as vscode from "vscode";
import type { Choice, Find, Pages } from "./choices.ts";

interface Item<T> extends vscode.QuickPickItem {
  /** Absent where it stands for the next page, or for none. */
  readonly choice?: Choice<T>;
}

/** A list that is searched by whoever fills it, page by page; VS Code itself would filter only what is in it already. */
export class SearchPick<T> {
  private readonly pick = vscode.window.createQuickPick<Item<T>>();
  private readonly find: Find<T>;
  private search = new AbortController();
  private pages: Pages<T> | undefined;
  private choices: readonly Choice<T>[] = [];

  constructor(title: string, placeholder: string, find: Find<T>) {
    this.find = find;
    this.pick.title = title;
    this.pick.placeholder = placeholder;
  }

  choose(): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error(String(error)));
        this.pick.hide();
      };
      this.pick.onDidChangeValue((typed) => void this.begin(typed).catch(failed));
      this.pick.onDidAccept(() => {
        const [item] = this.pick.activeItems;
        if (item === undefined) return;
        if (item.choice === undefined) return void this.more().catch(failed);
        resolve(item.choice.value);
        this.pick.hide();
      });
      this.pick.onDidHide(() => {
        this.search.abort();
        resolve(undefined);
        this.pick.dispose();
      });
      this.pick.show();
      void this.begin("").catch(failed);
    });
  }

  private async begin(typed: string): Promise<void> {
    this.search.abort();
    this.search = new AbortController();
    this.pages = this.find(typed, this.search.signal);
    this.choices = [];
    await this.more();
  }

  /** One page more, and one beyond it is not looked for before somebody wants it. */
  private async more(): Promise<void> {
    const { signal } = this.search;
    this.pick.busy = true;
    const page = await this.pages?.next();
    if (signal.aborted) return;
    this.pick.busy = false;
    const before = this.choices.length;
    this.choices = [...this.choices, ...(page?.value ?? [])];
    const items = this.choices.map((choice) => itemOf(choice));
    const isOver = page === undefined || page.done === true;
    if (isOver && items.length === 0) items.push({ label: "Nothing fits what you typed", alwaysShow: true });
    this.pick.items = isOver ? items : [...items, { label: "$(ellipsis) Show more", alwaysShow: true }];
    const next = this.pick.items[before];
    if (before > 0 && next !== undefined) this.pick.activeItems = [next];
  }
}

function itemOf<T>(choice: Choice<T>): Item<T> {
  const { label, description, detail } = choice;
  return {
    label,
    choice,
    alwaysShow: true,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
  };
}
