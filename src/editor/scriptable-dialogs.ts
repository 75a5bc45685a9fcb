import type { Choice, Find } from "./choices.ts";
import type { Dialogs, SuggestionGroup, TextPrompt } from "./dialogs.ts";

/** What `activate` returns to tests, and to nobody else: whoever answers the dialogs could approve. */
export interface TestDoor {
  /** From now on these answer, until called with undefined. */
  answerWith(dialogs: Partial<Dialogs> | undefined): void;
}

/** Dialogs that a test may answer: VS Code's test driver cannot show modal ones. */
export class ScriptableDialogs implements Dialogs {
  private readonly real: Dialogs;
  private scripted: Partial<Dialogs> = {};

  constructor(real: Dialogs) {
    this.real = real;
  }

  get testDoor(): TestDoor {
    return { answerWith: (dialogs) => this.answerWith(dialogs) };
  }

  answerWith(dialogs: Partial<Dialogs> | undefined): void {
    this.scripted = dialogs ?? {};
  }

  modal(message: string, detail: string, buttons: readonly string[]): Promise<string | undefined> {
    return (this.scripted.modal ?? this.real.modal.bind(this.real))(message, detail, buttons);
  }

  inform(message: string, ...buttons: string[]): Promise<string | undefined> {
    return (this.scripted.inform ?? this.real.inform.bind(this.real))(message, ...buttons);
  }

  warn(message: string, ...buttons: string[]): Promise<string | undefined> {
    return (this.scripted.warn ?? this.real.warn.bind(this.real))(message, ...buttons);
  }

  fail(message: string, ...buttons: string[]): Promise<string | undefined> {
    return (this.scripted.fail ?? this.real.fail.bind(this.real))(message, ...buttons);
  }

  text(prompt: TextPrompt): Promise<string | undefined> {
    return (this.scripted.text ?? this.real.text.bind(this.real))(prompt);
  }

  pick<T>(title: string, placeholder: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
    return (this.scripted.pick ?? this.real.pick.bind(this.real))(title, placeholder, choices);
  }

  search<T>(title: string, placeholder: string, find: Find<T>): Promise<T | undefined> {
    return (this.scripted.search ?? this.real.search.bind(this.real))(title, placeholder, find);
  }

  folder(title: string, button: string): Promise<string | undefined> {
    return (this.scripted.folder ?? this.real.folder.bind(this.real))(title, button);
  }

  typeOrPick(
    title: string,
    placeholder: string,
    groups: readonly SuggestionGroup[],
  ): Promise<string | undefined> {
    return (this.scripted.typeOrPick ?? this.real.typeOrPick.bind(this.real))(title, placeholder, groups);
  }
}
