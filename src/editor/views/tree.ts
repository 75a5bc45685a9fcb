import * as vscode from "vscode";
import { COMMANDS } from "../command-ids.ts";

export interface Row {
  /** Stable, so that selection and expansion survive a refresh. */
  readonly id: string;
  readonly item: vscode.TreeItem;
  readonly children?: readonly Row[];
}

/** A tree of rows that are made anew at each refresh, and only while somebody looks. */
export abstract class RowTree<R extends Row> implements vscode.TreeDataProvider<R>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  protected abstract rows(): Promise<readonly R[]> | readonly R[];

  getTreeItem(row: R): vscode.TreeItem {
    row.item.id = row.id;
    return row.item;
  }

  async getChildren(row?: R): Promise<R[]> {
    if (row === undefined) return [...(await this.rows())];
    return [...(row.children ?? [])] as R[];
  }

  refresh(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Rows of a list that may be long: so many, and more of them for who asks. */
export class Shown {
  private readonly step: number;
  count: number;

  constructor(step: number) {
    this.step = step;
    this.count = step;
  }

  /** At the end of what is shown where there is more. @param read one more than `count` of them, where there are so many */
  rows<T>(read: readonly T[], toRow: (one: T) => Row, list: ShownList): readonly Row[] {
    const rows = read.slice(0, this.count).map(toRow);
    return read.length > this.count ? [...rows, moreRow(list)] : rows;
  }

  more(): void {
    this.count += this.step;
  }
}

/** The lists that are shown in part. */
export type ShownList = "waiting" | "decided" | "analyses";

function moreRow(list: ShownList): Row {
  const item = treeItem("Show more", {
    icon: themed("ellipsis"),
    command: { command: COMMANDS.showMore, title: "Show More", arguments: [list] },
  });
  return { id: `more ${list}`, item };
}

export interface ItemOptions {
  readonly description?: string;
  /** Plain text: no Markdown that a model wrote is ever rendered. */
  readonly tooltip?: string;
  readonly icon?: vscode.ThemeIcon;
  readonly context?: string;
  readonly command?: vscode.Command;
  readonly collapsible?: vscode.TreeItemCollapsibleState;
  /** What a screen reader says. */
  readonly spoken?: string;
}

export function treeItem(label: string, options: ItemOptions): vscode.TreeItem {
  const item = new vscode.TreeItem(label, options.collapsible);
  item.tooltip = options.tooltip ?? label;
  if (options.description !== undefined) item.description = options.description;
  if (options.icon !== undefined) item.iconPath = options.icon;
  if (options.context !== undefined) item.contextValue = options.context;
  if (options.command !== undefined) item.command = options.command;
  if (options.spoken !== undefined) item.accessibilityInformation = { label: options.spoken };
  return item;
}

export function themed(icon: string, color?: string): vscode.ThemeIcon {
  return color === undefined
    ? new vscode.ThemeIcon(icon)
    : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}
