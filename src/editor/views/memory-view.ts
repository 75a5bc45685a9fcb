import * as vscode from "vscode";
import type { StoredMemory } from "../../memory/memory-entry.ts";
import { COMMANDS, VIEWS } from "../command-ids.ts";
import type { House } from "../house.ts";
import { clockTime } from "../plain-text.ts";
import { RowTree, themed, treeItem, type Row } from "./tree.ts";

export interface MemoryRow extends Row {
  readonly entry: StoredMemory;
}

/** What the workspace remembers: each entry was approved by a person. */
export class MemoryView extends RowTree<MemoryRow> {
  private readonly house: House;
  private readonly view: vscode.TreeView<MemoryRow>;

  constructor(house: House) {
    super();
    this.house = house;
    this.view = vscode.window.createTreeView(VIEWS.memory, { treeDataProvider: this });
  }

  override dispose(): void {
    this.view.dispose();
    super.dispose();
  }

  protected override rows(): readonly MemoryRow[] {
    return (this.house.countersign?.memory.entries() ?? []).map(memoryRow);
  }
}

function memoryRow(entry: StoredMemory): MemoryRow {
  const item = treeItem(entry.title, {
    description: clockTime(entry.createdAt, Date.now()),
    tooltip: `${entry.title}\n\n${entry.text}`,
    icon: themed("note"),
    context: "entry",
  });
  const row = { id: entry.id, item, entry };
  item.command = { command: COMMANDS.showMemory, title: "Show", arguments: [row] };
  return row;
}
