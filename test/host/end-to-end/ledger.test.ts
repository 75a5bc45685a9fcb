import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import { QUESTIONS, ask, databasePath, rowsOf } from "./analyses.ts";

const LIMIT = { timeout: 60_000 };

/** As somebody does who may write the file: the triggers that forbid it go first. */
function changeRow(path: string, seq: number): void {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.exec("DROP TRIGGER ledger_is_never_changed");
    database.prepare("UPDATE ledger SET at = at - 60000 WHERE seq = ?").run(seq);
  } finally {
    database.close();
  }
}

it("the ledger is verified at each start, and a row that was changed is said in the status bar", async () => {
  const workbench = await Workbench.forTest();
  await ask(workbench, QUESTIONS.wettestMonth);
  await workbench.codeLens("Reject").click(LIMIT);
  await workbench.quickInput.answer("not now");
  await expect.poll(() => rowsOf(workbench, "decided").length).toBe(1);

  await workbench.reloadWindow();
  await workbench.statusBarSays(/The ledger holds \(\d+ rows when it was verified\)/).waitFor(LIMIT);

  changeRow(databasePath(workbench)!, 1);
  await workbench.reloadWindow();
  await workbench.statusBarSays(/The ledger of this workspace was changed: row 1/).waitFor(LIMIT);
  const told = workbench.notification(/What it says from there on proves nothing/);
  await told.getByRole("button", { name: "Open Ledger" }).click(LIMIT);
  await workbench.quickInput.row(/Rejected by .*: not now/).waitFor(LIMIT);
});
