/** Where a window is killed, in the order in which it gets there. */
export const POINTS = [
  "claimed",
  "renamed",
  "connected",
  "started",
  "sent",
  "sent and a tick",
  "mid-run",
  "replied",
] as const;
export type Point = (typeof POINTS)[number];
