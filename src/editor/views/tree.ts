import * as vscode from "vscode";

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
