import type { FileHandle } from "node:fs/promises";
import { Column, cut } from "./columns.ts";

/** JSON has to be read whole; larger files are only named. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_KEYS = 60;

/** Describes a JSON file: a list of records by its columns, anything else by its keys. */
export async function summariseJson(file: FileHandle, size: number): Promise<string> {
  if (size > MOST_BYTES) return `JSON, too large to be described; it begins with ${await beginning(file)}`;
  const text = await file.readFile("utf8");
  try {
    return describe(JSON.parse(text.replace(/^\uFEFF/, "")) as unknown);
  } catch {
    return "not valid JSON";
  }
}

async function beginning(file: FileHandle): Promise<string> {
  const buffer = Buffer.alloc(200);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return JSON.stringify(cut(buffer.subarray(0, bytesRead).toString("utf8")));
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return describeList(value);
  if (typeof value !== "object" || value === null) return `JSON, ${shape(value)}`;
  const entries = Object.entries(value);
  const lines = entries
    .slice(0, MOST_KEYS)
    .map(([key, member]) => `- ${JSON.stringify(cut(key))}: ${shape(member)}`);
  const more = entries.length > MOST_KEYS ? [`- and ${entries.length - MOST_KEYS} more keys`] : [];
  return [`JSON, an object with ${entries.length} keys.`, ...lines, ...more].join("\n");
}

function describeList(items: readonly unknown[]): string {
  const records = items.filter(isRecord);
  if (items.length === 0 || records.length < items.length) return `JSON, ${shape(items)}`;
  const names = new Set(records.slice(0, 100).flatMap((record) => Object.keys(record)));
  const columns = [...names].slice(0, MOST_KEYS).map((name) => new Column(name));
  for (const record of records) for (const column of columns) column.add(cellText(record[column.name]));
  return [
    `JSON, a list of ${items.length} records.`,
    ...columns.map((column) => `- ${column.describe()}`),
    `first record: ${cut(JSON.stringify(items[0]))}`,
  ].join("\n");
}

function shape(value: unknown): string {
  if (Array.isArray(value))
    return `list of ${value.length}${value.length > 0 ? `, first: ${scalar(value[0])}` : ""}`;
  if (isRecord(value)) return `object with keys ${cut(Object.keys(value).slice(0, 12).join(", "))}`;
  return scalar(value);
}

function scalar(value: unknown): string {
  return typeof value === "object" && value !== null ? "a structure" : cut(JSON.stringify(value));
}

function cellText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
