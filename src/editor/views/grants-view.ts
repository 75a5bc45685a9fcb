import * as vscode from "vscode";
import type { Grant, GrantScope } from "../../approval/grant.ts";
import { VIEWS } from "../command-ids.ts";
import type { House } from "../house.ts";
import { clockTime } from "../plain-text.ts";
import { RowTree, themed, treeItem, type Row } from "./tree.ts";

export interface GrantRow extends Row {
  readonly grant: Grant;
}

const SCOPES: Readonly<Record<GrantScope, string>> = {
  code: "Exactly this code",
  analysis: "What does no more, in its analysis",
  workspace: "What does no more, in this workspace",
};

/** What fits a narrow view. */
const PLACES: Readonly<Record<GrantScope, string>> = {
  code: "This code",
  analysis: "One analysis",
  workspace: "This workspace",
};

/** Rules that a person set: what runs without being asked about, why, until when, and how often it did. */
export class GrantsView extends RowTree<GrantRow> {
  private readonly house: House;
  private readonly view: vscode.TreeView<GrantRow>;

  constructor(house: House) {
    super();
    this.house = house;
    this.view = vscode.window.createTreeView(VIEWS.grants, { treeDataProvider: this });
  }

  override dispose(): void {
    this.view.dispose();
    super.dispose();
  }

  protected override rows(): readonly GrantRow[] {
    return (this.house.countersign?.approvals.grants.list() ?? []).map(grantRow);
  }
}

function grantRow(grant: Grant): GrantRow {
  const { id, scope, subject, question, effects, by, at, until, uses } = grant;
  const now = Date.now();
  const used = uses === 0 ? "not used yet" : `used ${uses === 1 ? "once" : `${uses} times`}`;
  const label = `${PLACES[scope]} until ${clockTime(until, now)}`;
  const description = `${used} · ${subject}`;
  const tooltip = [
    subject,
    question,
    "",
    `${SCOPES[scope]} runs without being asked about until ${clockTime(until, now)}, in a container without network.`,
    effects.length === 0 ? "It does nothing that is worth naming." : `At most it ${effects.join(", ")}.`,
    "",
    `Granted by ${by.name} at ${clockTime(at, now)}; ${used}.`,
  ].join("\n");
  const item = treeItem(label, {
    description,
    tooltip,
    icon: themed("key"),
    context: "grant",
    spoken: `${label}. ${description}`,
  });
  return { id, item, grant };
}
