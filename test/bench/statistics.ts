/** The middle value; of an even count the mean of the two in the middle. @throws on no values */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("There is no median of nothing.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What 95 of 100 values are at most. @throws on no values */
export function p95(values: readonly number[]): number {
  if (values.length === 0) throw new Error("Of nothing there are no 95 %.");
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;
}

/** How many times the peer's figure ours is: 2 is twice as much, 0.1 a tenth. */
export function ratio(ours: number, peer: number): number {
  return ours / peer;
}

/** To three significant digits: what a bench on a shared machine can tell. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
