import type { Output } from "../python-run.ts";

type Content = Readonly<Record<string, unknown>>;

/** Of one display. Rich ones have about five. */
const MOST_FORMATS = 32;
/** Formats that a notebook shows, taken wherever they stand. */
const SHOWN: ReadonlySet<string> = new Set(["text/plain", "image/png", "image/jpeg"]);

/** A kernel's message on iopub, as far as it tells of output. */
export interface Message {
  readonly type: string;
  readonly content: Content;
}

/** A kernel's message as output; undefined for what is not output, and for what has not the shape it claims. */
export function toOutput({ type, content }: Message): Output | undefined {
  switch (type) {
    case "stream":
      return toStream(content);
    case "display_data":
    case "update_display_data":
    case "execute_result":
      return toDisplay(content);
    case "error":
      return toError(content);
    default:
      return undefined;
  }
}

function toStream(content: Content): Output | undefined {
  if (typeof content.text !== "string") return undefined;
  return {
    type: "stream",
    stream: content.name === "stderr" ? "stderr" : "stdout",
    text: content.text,
  };
}

function toDisplay(content: Content): Output | undefined {
  const { data, execution_count: count } = content;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const formats = Object.entries(data);
  const taken = formats.filter(([mime], index) => index < MOST_FORMATS || SHOWN.has(mime));
  return {
    type: "display",
    data: Object.fromEntries(taken),
    ...(taken.length === formats.length ? {} : { formatsLeftOut: formats.length - taken.length }),
    ...(typeof count === "number" ? { executionCount: count } : {}),
  };
}

function toError(content: Content): Output {
  const traceback = Array.isArray(content.traceback) ? content.traceback : [];
  return {
    type: "error",
    name: textOf(content.ename),
    message: textOf(content.evalue),
    traceback: traceback.filter((line): line is string => typeof line === "string"),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
