import { isPlain } from "./exact-text.ts";

/** Bytes are held one a character, as Latin-1. */
const HEX = /^(?:[0-9a-f]{2})*$/i;
const SPACED_HEX = /^[ \t\n]*(?:[0-9a-f]{2}[ \t\n]*)*$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of text in UTF-8. */
export const utf8Of = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** `bytes.decode(codec)`; undefined for a codec or for bytes of which the result is not certain. */
export function decoded(bytes: string, codec: string): string | undefined {
  switch (codec.toLowerCase().replaceAll(/[-_ ]/g, "")) {
    case "utf8":
      return fromUtf8(bytes);
    case "latin1":
    case "iso88591":
      return bytes;
    case "ascii":
    case "cp1252":
      return isPlain(bytes) ? bytes : undefined;
    default:
      return undefined;
  }
}

function fromUtf8(bytes: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}

/** What hexadecimal digits stand for; `isSpaced` where white space between bytes is passed over. */
export function fromHex(written: string, isSpaced: boolean): string | undefined {
  if (!(isSpaced ? SPACED_HEX : HEX).test(written)) return undefined;
  return Buffer.from(written.replaceAll(/[ \t\n]/g, ""), "hex").toString("latin1");
}

/** What base64 stands for, in lines or in one; undefined where it holds anything else, which decoders treat in different ways. */
export function fromBase64(written: string, isUrlSafe = false): string | undefined {
  const lines = written.replaceAll("\n", "");
  const standard = isUrlSafe ? lines.replaceAll("-", "+").replaceAll("_", "/") : lines;
  return BASE64.test(standard) ? Buffer.from(standard, "base64").toString("latin1") : undefined;
}
