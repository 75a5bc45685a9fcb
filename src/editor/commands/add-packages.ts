import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import { packageOf } from "../../containers/packages.ts";
import type { Countersign } from "../../countersign.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { oneLine, withoutTerminalSequences } from "../plain-text.ts";
import { codeOf } from "../request-facts.ts";

const REMOVE = "Remove";

interface Parts {
  readonly house: House;
  readonly dialogs: Dialogs;
}

/**
 * Asks for packages to be added to the image: those that a request's code lacks, or those that the person names. What comes
 * of it is a request like any other, which a person decides.
 */
export async function addPackages({ house, dialogs }: Parts, target: unknown): Promise<void> {
  const countersign = await house.enter();
  const request = typeof target === "string" ? countersign.approvals.get(target as RequestId) : undefined;
  const lacking = request === undefined ? [] : await countersign.missingPackages(codeOf(request) ?? "");
  const wanted = lacking.length > 0 ? lacking : await askNames(dialogs);
  if (wanted === undefined) return;
  const { analysisId, question } = request?.context ?? { analysisId: "", question: "" };
  await withProgress(`Looking for ${oneLine(wanted.join(", "), 60)}`, (onLine, signal) =>
    countersign.imagePackages.request(wanted, { analysisId, question }, onLine, signal),
  );
}

/** Back to the image that every workspace has: that allows nothing, so it needs no approval. */
export async function removePackages({ house, dialogs }: Parts): Promise<void> {
  const { imagePackages }: Countersign = await house.enter();
  const wanted = imagePackages.wanted();
  if (wanted.length === 0) {
    void dialogs.inform("Nothing was added to the image of this workspace.");
    return;
  }
  const names = wanted.map(({ name, version }) => `${name} ${version}`).join(", ");
  const question = `Remove ${names} from the image, with what they need? Code of this workspace can no longer import them.`;
  if ((await dialogs.warn(question, REMOVE)) === REMOVE) await imagePackages.removeAll();
}

async function askNames(dialogs: Dialogs): Promise<readonly string[] | undefined> {
  const typed = await dialogs.text({
    title: "Add Packages to Image",
    prompt:
      "Packages of the index, separated by spaces. You see exactly what would be added before anything is.",
    placeholder: "scipy scikit-learn>=1.5",
    validate: (text) => {
      const wrong = words(text).find((word) => packageOf(word) === undefined);
      if (wrong !== undefined) return `“${wrong}” is not the name of a package.`;
      return words(text).length === 0 ? "Name at least one package." : undefined;
    },
  });
  return typed === undefined ? undefined : words(typed);
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

async function withProgress(
  title: string,
  work: (onLine: (line: string) => void, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const hear = (line: string) => progress.report({ message: oneLine(withoutTerminalSequences(line), 80) });
    await work(hear, controller.signal);
  });
}
