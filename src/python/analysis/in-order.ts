/** Of those in the order of the text, the last that begins at this offset or before it. */
export function lastBefore<T extends { readonly from: number }>(
  all: readonly T[],
  offset: number,
): T | undefined {
  let [first, behind] = [-1, all.length];
  while (behind - first > 1) {
    const middle = (first + behind) >> 1;
    if ((all[middle]?.from ?? Infinity) <= offset) first = middle;
    else behind = middle;
  }
  return all[first];
}
