// An example of an extension that asks before it acts: src/api.ts says what each part means.
import * as vscode from "vscode";

/** What was really done, for the tests to look at. */
const done = [];

export async function activate(context) {
  const countersign = await vscode.extensions.getExtension("countersign.countersign").activate();
  const weekend = {
    judge: ({ subject }) =>
      /at night/.test(subject) ? { verdict: "refuse", reason: "Not at night." } : undefined,
  };
  context.subscriptions.push(
    countersign.contributePolicy(weekend),
    vscode.commands.registerCommand("archiver.restart", (when = "now") => restart(countersign, when)),
  );
  return { done };
}

async function restart(countersign, when) {
  const answer = await countersign.requestApproval({
    extension: "countersign-tests.countersign-sample",
    subject: `Restart the archiver ${when}`,
    text: "systemctl restart archiver\n",
    effects: ["restarts the service archiver"],
    reason: "It has stopped recording.",
  });
  if (!answer.approved) return `${answer.state}: ${answer.comment}`;
  return answer.perform(async () => {
    done.push(when);
    return "restarted";
  });
}
