/** Which model the person chose; stored in the user setting `countersign.model`, without any key. */
export type ModelChoice =
  | { readonly kind: "vscode"; readonly vendor: string; readonly id: string }
  | { readonly kind: "openai-compatible"; readonly url: string; readonly model: string }
  | { readonly kind: "demonstration" };

/** A stored choice, or undefined where there is none that makes sense. */
export function parseModelChoice(value: unknown): ModelChoice | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, vendor, id, url, model } = value as Record<string, unknown>;
  if (kind === "demonstration") return { kind };
  if (kind === "vscode" && isText(vendor) && isText(id)) return { kind, vendor, id };
  if (kind === "openai-compatible" && isText(url) && isText(model) && URL.canParse(url)) {
    return { kind, url, model };
  }
  return undefined;
}

/** What is wrong with a server's address; undefined where nothing is. A key must not travel in the clear to another machine. */
export function mistakeInUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return "Give a whole address, for example https://api.openai.com/v1";
  const { protocol, hostname, username } = new URL(text);
  if (username !== "") return "Leave the key out of the address; it is asked for next.";
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol === "https:" || (protocol === "http:" && isHere)) return undefined;
  return "Use https, or http for a server on this computer.";
}

/** A key belongs to one origin and is sent to no other. */
export function keyName(url: string): string {
  return `model-key:${new URL(url).origin}`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
