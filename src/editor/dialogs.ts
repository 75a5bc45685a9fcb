import * as vscode from "vscode";
import type { Choice, Find } from "./choices.ts";
import { withoutLinks } from "./plain-text.ts";
import { SearchPick } from "./search-pick.ts";

export interface TextPrompt {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  /** What is wrong with the text so far; undefined where nothing is. */
  readonly validate?: (text: string) => string | undefined;
}

/** Everything that asks a person something. Injected, because VS Code's test driver cannot show modal dialogs. */
export interface Dialogs {
  /** A modal dialog. The first button is the one that Enter presses, so it must be harmless. */
  modal(message: string, detail: string, buttons: readonly string[]): Promise<string | undefined>;
  inform(message: string, ...buttons: string[]): Promise<string | undefined>;
  warn(message: string, ...buttons: string[]): Promise<string | undefined>;
  fail(message: string, ...buttons: string[]): Promise<string | undefined>;
  text(prompt: TextPrompt): Promise<string | undefined>;
  pick<T>(title: string, placeholder: string, choices: readonly Choice<T>[]): Promise<T | undefined>;
  /** A list that is filled page by page with what fits what was typed. */
  search<T>(title: string, placeholder: string, find: Find<T>): Promise<T | undefined>;
  /** An existing folder of the person's choice, as a path. */
  folder(title: string, button: string): Promise<string | undefined>;
  /** A list of suggestions where the person may also type something else. */
  typeOrPick(
    title: string,
    placeholder: string,
    groups: readonly SuggestionGroup[],
  ): Promise<string | undefined>;
}

export interface SuggestionGroup {
  readonly heading: string;
  readonly suggestions: readonly string[];
}

export class EditorDialogs implements Dialogs {
  async modal(message: string, detail: string, buttons: readonly string[]): Promise<string | undefined> {
    return await vscode.window.showWarningMessage(
      withoutLinks(message),
      { modal: true, detail: withoutLinks(detail) },
      ...buttons,
    );
  }

  async inform(message: string, ...buttons: string[]): Promise<string | undefined> {
    return await vscode.window.showInformationMessage(withoutLinks(message), ...buttons);
  }

  async warn(message: string, ...buttons: string[]): Promise<string | undefined> {
    return await vscode.window.showWarningMessage(withoutLinks(message), ...buttons);
  }

  async fail(message: string, ...buttons: string[]): Promise<string | undefined> {
    return await vscode.window.showErrorMessage(withoutLinks(message), ...buttons);
  }

  async text(prompt: TextPrompt): Promise<string | undefined> {
    const { validate } = prompt;
    return await vscode.window.showInputBox({
      title: prompt.title,
      prompt: prompt.prompt,
      ignoreFocusOut: true,
      ...(prompt.placeholder === undefined ? {} : { placeHolder: prompt.placeholder }),
      ...(prompt.value === undefined ? {} : { value: prompt.value }),
      ...(prompt.password === undefined ? {} : { password: prompt.password }),
      ...(validate === undefined ? {} : { validateInput: (text: string) => validate(text) }),
    });
  }

  async pick<T>(title: string, placeholder: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
    const chosen = await vscode.window.showQuickPick([...choices], {
      title,
      placeHolder: placeholder,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return chosen?.value;
  }

  search<T>(title: string, placeholder: string, find: Find<T>): Promise<T | undefined> {
    return new SearchPick(title, placeholder, find).choose();
  }

  async folder(title: string, button: string): Promise<string | undefined> {
    const [folder] =
      (await vscode.window.showOpenDialog({
        title,
        openLabel: button,
        canSelectFiles: false,
        canSelectFolders: true,
      })) ?? [];
    return folder?.fsPath;
  }

  typeOrPick(
    title: string,
    placeholder: string,
    groups: readonly SuggestionGroup[],
  ): Promise<string | undefined> {
    const pick = vscode.window.createQuickPick();
    pick.title = title;
    pick.placeholder = placeholder;
    pick.ignoreFocusOut = true;
    pick.items = suggestionItems("", groups);
    pick.onDidChangeValue((typed) => (pick.items = suggestionItems(typed, groups)));
    return new Promise((resolve) => {
      pick.onDidAccept(() => {
        resolve(pick.activeItems[0]?.label ?? pick.value);
        pick.hide();
      });
      pick.onDidHide(() => {
        resolve(undefined);
        pick.dispose();
      });
      pick.show();
    });
  }
}

/** What was typed comes first, so that Enter always takes it as it stands. */
function suggestionItems(typed: string, groups: readonly SuggestionGroup[]): vscode.QuickPickItem[] {
  const own =
    typed.trim() === "" ? [] : [{ label: typed, description: "Ask this question", alwaysShow: true }];
  return [...own, ...groups.flatMap((group) => groupItems(group, typed))];
}

function groupItems(group: SuggestionGroup, typed: string): vscode.QuickPickItem[] {
  const others = group.suggestions.filter((suggestion) => suggestion !== typed);
  if (others.length === 0) return [];
  const heading = { label: group.heading, kind: vscode.QuickPickItemKind.Separator };
  return [heading, ...others.map((label) => ({ label }))];
}
