import type { Output } from "../python-run.ts";

type Content = Readonly<Record<string, unknown>>;

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
  const display = { type: "display", data: data as Readonly<Record<string, unknown>> } as const;
  return typeof count === "number" ? { ...display, executionCount: count } : display;
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
