/** What code can do, as far as a person can say it of a module (CONTRIBUTING.md lists what each means). */
export const EFFECT_NAMES = [
  "reads-files",
  "writes-files",
  "deletes-files",
  "network",
  "process",
  "control-read",
  "control-write",
  "environment",
  "deserialises",
  "native",
  "introspects",
  "exhausts",
  "dynamic",
] as const;
