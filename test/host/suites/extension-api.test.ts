import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { CountersignApi, Decided } from "../../../src/api.ts";
import type { Dialogs } from "../../../src/editor/dialogs.ts";
import type { TestDoor } from "../../../src/editor/scriptable-dialogs.ts";
import { allChoices } from "./all-choices.ts";

const LIMIT_MS = 60_000;

async function countersign(): Promise<CountersignApi & TestDoor> {
  const extension = vscode.extensions.getExtension<CountersignApi & TestDoor>("countersign.countersign");
  assert.ok(extension);
  return await extension.activate();
}

async function sample(): Promise<{ readonly done: readonly string[] }> {
  const extension = vscode.extensions.getExtension<{ done: readonly string[] }>(
    "countersign-tests.countersign-sample",
  );
  assert.ok(extension, "the sample extension is not there");
  return await extension.activate();
}

/** Of the next request that the ledger lists with this subject. */
async function requestCalled(api: TestDoor, subject: string): Promise<string> {
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    let found: string | undefined;
    const search: Dialogs["search"] = async (_title, _placeholder, find) => {
      const listed = await allChoices(find(subject, new AbortController().signal));
      found = listed.find(({ label, description }) => label === subject && description === "requested")
        ?.value as string | undefined;
      return undefined;
    };
    api.answerWith({ search });
    await vscode.commands.executeCommand("countersign.openLedger");
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${subject} was not asked for.`);
}

describe("another extension", function () {
  this.timeout(2 * LIMIT_MS);
  let api: CountersignApi & TestDoor;

  before(async () => {
    api = await countersign();
  });

  afterEach(() => api.answerWith(undefined));

  const restart = (when: string) => vscode.commands.executeCommand<string>("archiver.restart", when);

  it("has its act countersigned: it is done once a person approved it, and both are recorded", async () => {
    const { done } = await sample();
    const decided: Decided[] = [];
    const listening = api.onDidDecide((one) => decided.push(one));
    const restarting = restart("today");
    const id = await requestCalled(api, "Restart the archiver today");
    assert.deepEqual([...done], []);
    const said: string[] = [];
    const modal: Dialogs["modal"] = (message, detail) => {
      said.push(message, detail);
      return Promise.resolve("Approve");
    };
    api.answerWith({ modal, inform: () => Promise.resolve(undefined) });
    await vscode.commands.executeCommand("countersign.runOnce", id);
    assert.equal(await restarting, "restarted");
    assert.deepEqual([...done], ["today"]);
    assert.match(said.join("\n"), /restarts the service archiver/);
    assert.match(said.join("\n"), /It calls itself “countersign-tests.countersign-sample” \(self-declared\)/);
    assert.deepEqual(
      decided.filter(({ requestId }) => requestId === id).map(({ kind, state }) => [kind, state]),
      [["extension-act", "approved"]],
    );
    listening.dispose();
  });

  it("is told why not, and does nothing", async () => {
    const { done } = await sample();
    const before = done.length;
    const restarting = restart("tomorrow");
    const id = await requestCalled(api, "Restart the archiver tomorrow");
    api.answerWith({ text: () => Promise.resolve("not on Mondays") });
    await vscode.commands.executeCommand("countersign.reject", id);
    assert.equal(await restarting, "rejected: not on Mondays");
    assert.equal(done.length, before);
  });

  it("tightens the policy with a rule of its own, and cannot loosen it", async () => {
    assert.match(await restart("at night"), /^refused: A rule of another extension: Not at night\./);
    const loosening = api.contributePolicy({ judge: () => ({ verdict: "allow", reason: "mine" }) as never });
    const restarting = restart("anyway");
    const id = await requestCalled(api, "Restart the archiver anyway");
    api.answerWith({ text: () => Promise.resolve("") });
    await vscode.commands.executeCommand("countersign.reject", id);
    assert.match(await restarting, /^rejected/);
    loosening.dispose();
  });

  it("withdraws what it does not need any more", async () => {
    const stop = new AbortController();
    const act = { extension: "x", subject: "Do something", text: "something", effects: ["does something"] };
    const asking = api.requestApproval(act, stop.signal);
    await requestCalled(api, "Do something");
    stop.abort();
    assert.deepEqual(await asking, { approved: false, state: "withdrawn", comment: "" });
  });

  it("is refused an act that does not say what it does", async () => {
    const act = { extension: "x", subject: "Trust me", text: "…", effects: [] };
    const answer = await api.requestApproval(act);
    assert.ok(!answer.approved);
    assert.equal(answer.state, "refused");
    await assert.rejects(() => api.requestApproval({ ...act, effects: [1] as never }), TypeError);
  });

  it("gets nothing that it could change for the others, and no command of ours approves for it", async () => {
    assert.throws(() => Object.assign(api, { requestApproval: () => undefined }), TypeError);
    const act = { extension: "x", subject: "Sneak in", text: "something", effects: ["does something"] };
    const stop = new AbortController();
    const asking = api.requestApproval(act, stop.signal);
    const id = await requestCalled(api, "Sneak in");
    // Whatever the person is asked meanwhile is not answered.
    const unanswered = () => Promise.resolve(undefined);
    api.answerWith({
      modal: unanswered,
      text: unanswered,
      inform: unanswered,
      warn: unanswered,
      pick: unanswered,
      search: unanswered,
      folder: unanswered,
      typeOrPick: unanswered,
    });
    const commands = (await vscode.commands.getCommands(true)).filter((one) =>
      /^countersign\.(?!openSample|connect|build|newAnalysis|showLog|copy)\w+$/.test(one),
    );
    assert.ok(commands.length > 20);
    for (const command of commands)
      await vscode.commands.executeCommand(command, id).then(undefined, () => undefined);
    await requestCalled(api, "Sneak in");
    stop.abort();
    assert.equal((await asking).approved, false);
  });
});
