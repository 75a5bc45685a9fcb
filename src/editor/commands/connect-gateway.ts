import { gatewayTokenName } from "../../python/gateway-token.ts";
import type { Secrets } from "../../host.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { mistakeInUrl } from "../model-choice.ts";
import { chooseGateway } from "../settings.ts";

export interface ConnectGatewayParts {
  readonly dialogs: Dialogs;
  readonly secrets: Secrets;
  readonly house: Pick<House, "enter">;
}

const ACCEPT = "Run on This Server";
const OVERRULED =
  "This workspace's configuration file asks for containers, and a file may be stricter than your own settings: code goes on running in containers here.";

/** Lets the person choose a Jupyter server where approved code runs, in a modal dialog that says what it gives up. */
export async function connectGateway({ dialogs, secrets, house }: ConnectGatewayParts): Promise<boolean> {
  const url = await dialogs.text({
    title: "Run on a Jupyter Server (1 of 2)",
    prompt: "Address of the Jupyter server, kernel gateway or enterprise gateway",
    placeholder: "https://jupyter.example.org/",
    validate: mistakeInUrl,
  });
  if (url === undefined) return false;
  const token = await dialogs.text({
    title: "Run on a Jupyter Server (2 of 2)",
    prompt: `Token for ${new URL(url).origin}. It is kept in the secret storage and sent nowhere else. Leave it empty for a kernel gateway that asks for none; a Jupyter server needs one.`,
    password: true,
  });
  if (token === undefined) return false;
  const chosen = await dialogs.modal(`Run Python on ${url}?`, DETAIL, ["Not Now", ACCEPT]);
  if (chosen !== ACCEPT) return false;
  if (token === "") await secrets.delete(gatewayTokenName(url));
  else await secrets.store(gatewayTokenName(url), token);
  await chooseGateway(url);
  const countersign = await house.enter();
  await countersign.reloadConfiguration();
  if (countersign.configuration.configuration.execution.method === "gateway") return true;
  await dialogs.warn(OVERRULED);
  return false;
}

const DETAIL = [
  "Approved Python then runs in a kernel of that server instead of in a container of Countersign's.",
  "",
  "▲ What the code reaches there is not known: its files, its network, its control system.",
  "▲ That it runs exactly once cannot be proved: nobody but that server keeps evidence.",
  "▲ This is your own user setting: it holds in all your workspaces, except where a configuration file asks for containers.",
  "• Every run asks for your approval, whatever the policy says.",
  "• The server gets the code, and no file of this workspace.",
  "",
  "You can take this back in the setting countersign.execution.method.",
].join("\n");
