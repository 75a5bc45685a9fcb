import type { KernelMessage } from "@jupyterlab/services";
import type { Output } from "../python-run.ts";
import { JsonCursor } from "./json-cursor.ts";
import { isOutput, readOutput } from "./messages.ts";

/** Longer headers are nobody's, and neither is longer metadata. */
const HEADER_BYTES = 64 * 1024;
/** Of a message that is parsed, which may take twenty times as much. */
const PARSED_BYTES = 1024 * 1024;
/** Of what a kernel elsewhere tells of its results. */
const RESULTS_BYTES = 16 * 1024 * 1024;
const V1_PROTOCOL = "v1.kernel.websocket.jupyter.org";
/** Types that the client library does not know: it looks into nothing of them, and remembers nothing of them. */
const OUTPUT = "countersign_output";
const PASSED_OVER = "countersign_passed_over";

type Parts = Readonly<Record<"channel" | "header" | "parent" | "metadata" | "content", Buffer>>;
interface Header {
  readonly msg_type: string;
}

/**
 * A message of a kernel's WebSocket, for the client library. It would parse all of it, which may take twenty times its
 * memory, and keep every display's id; so output comes to it read, as a type of its own, see `outputOf`. Bytes that belong
 * to widgets are left out.
 * @throws where it is malformed: what code sends in its kernel's name can be anything
 */
export function readFrame(data: ArrayBuffer | string, protocol = ""): KernelMessage.IMessage {
  const parts = protocol === V1_PROTOCOL ? partsOfV1(bytesOf(data)) : partsOfJson(jsonOf(data));
  const channel = parts.channel.toString();
  const header = parsed(parts.header, HEADER_BYTES) as Header;
  const isOnIopub = channel === "iopub";
  return {
    channel,
    header: isOnIopub ? { ...header, msg_type: typeForLibrary(header.msg_type) } : header,
    parent_header: parsed(parts.parent, HEADER_BYTES),
    metadata: isOnIopub ? {} : parsed(parts.metadata, HEADER_BYTES),
    content: isOnIopub
      ? contentOnIopub(header.msg_type, parts.content)
      : contentOf(header.msg_type, parts.content),
    buffers: [],
  } as unknown as KernelMessage.IMessage;
}

/** What a message on iopub put out; undefined where it is no output. */
export function outputOf({ content }: KernelMessage.IIOPubMessage): Output | undefined {
  return (content as unknown) instanceof ReadOutput ? (content as unknown as ReadOutput).output : undefined;
}

/** No kernel can send one. */
class ReadOutput {
  readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }
}

function typeForLibrary(type: string): string {
  if (type === "status") return type;
  return isOutput(type) ? OUTPUT : PASSED_OVER;
}

function contentOnIopub(type: string, content: Buffer): unknown {
  if (isOutput(type)) return new ReadOutput(readOutput(type, new JsonCursor(content)));
  return type === "status" ? parsed(content, HEADER_BYTES) : {};
}

/** Of a reply to code only how it ended, as far as that is short, and what was asked besides. */
function contentOf(type: string, content: Buffer): unknown {
  if (type !== "execute_reply") return parsed(content, PARSED_BYTES);
  const cursor = new JsonCursor(content);
  const reply: Record<string, unknown> = {};
  for (const member of cursor.members()) {
    if (member === "status") reply.status = parsed(cursor.slice(), HEADER_BYTES);
    else if (member === "ename" || member === "evalue") reply[member] = shortText(cursor.slice());
    else if (member === "user_expressions") reply.user_expressions = parsed(cursor.slice(), RESULTS_BYTES);
  }
  return reply;
}

function shortText(written: Buffer): unknown {
  return written.length > HEADER_BYTES ? "" : parsed(written, HEADER_BYTES);
}

function parsed(bytes: Buffer, most: number): unknown {
  if (bytes.length > most) throw new RangeError(`${bytes.length} bytes are too many to be parsed`);
  return JSON.parse(bytes.toString());
}

function bytesOf(data: ArrayBuffer | string): Buffer {
  return typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
}

/** Protocol v1: number of offsets and offsets, 8 bytes each, then channel, header, parent header, metadata, content, buffers. */
function partsOfV1(frame: Buffer): Parts {
  const part = (index: number): Buffer => frame.subarray(offset(frame, index), offset(frame, index + 1));
  return { channel: part(0), header: part(1), parent: part(2), metadata: part(3), content: part(4) };
}

function offset(frame: Buffer, index: number): number {
  return Number(frame.readBigUInt64LE(8 * (index + 1)));
}

/** The older protocol: JSON, behind it the buffers where there are any; then the number of parts and their offsets, 4 bytes each, come first. */
function jsonOf(data: ArrayBuffer | string): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  const frame = Buffer.from(data);
  return frame.subarray(frame.readUInt32BE(4), frame.readUInt32BE(8));
}

function partsOfJson(json: Buffer): Parts {
  const cursor = new JsonCursor(json);
  const parts: Record<string, Buffer> = {};
  for (const member of cursor.members()) if (member !== undefined) parts[member] = cursor.slice();
  const { channel, header, parent_header, metadata, content } = parts;
  if (!channel || !header || !parent_header || !metadata || !content)
    throw new SyntaxError("A part is missing");
  return {
    channel: Buffer.from(JSON.parse(channel.toString()) as string),
    header,
    parent: parent_header,
    metadata,
    content,
  };
}
