/**
 * Notifications turn `[label](command:…)` into links that run commands. What a model, a server or a kernel wrote must
 * never become one.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

/** CodeLens titles, status bar and pick lists draw `$(name)` as an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll("$(", "$ (");
}

/** One line of at most `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}

const ESCAPE = "\u001b";
const BELL = "\u0007";
const TERMINAL_SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[@-_])`,
  "g",
);
/** All control characters but tab, line feed and carriage return. */
const CONTROL_CHARACTERS = /(?![\t\n\r])\p{Cc}/gu;

/** Kernel output as text: colours and every other terminal sequence taken out. */
export function withoutTerminalSequences(text: string): string {
  return text.replace(TERMINAL_SEQUENCES, "").replace(CONTROL_CHARACTERS, "");
}

/** `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// Making one of these takes longer than writing a time with it.
const TIME_OF_DAY = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** `14:02` today, `3 Mar, 14:02` on other days, in the person's own time zone. */
export function clockTime(at: number, now: number): string {
  const date = new Date(at);
  const time = TIME_OF_DAY.format(date);
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${DAY.format(date)}, ${time}`;
}

/** `41 MB`, `3 kB`: decimal, as file managers count. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${Math.round(bytes / 1_000_000)} MB`;
}
