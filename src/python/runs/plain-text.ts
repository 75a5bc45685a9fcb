// Control sequences (CSI), operating system commands (OSC) and two-character escapes of ECMA-48.
// eslint-disable-next-line no-control-regex -- that is what escapes are made of
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;

/** Text without terminal escapes, for models and for places that show plain text. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, "");
}
