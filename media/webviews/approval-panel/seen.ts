/** Of a line that much must have been on the screen. */
const ENOUGH = 0.6;

/** Which flagged lines have been in view since this very code was shown. */
export class SeenLines {
  private readonly changed: () => void;
  private observer: IntersectionObserver | undefined;
  private hash = "";
  private unseenLines: ReadonlySet<number> = new Set();

  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** From 1, ascending. */
  get unseen(): readonly number[] {
    return [...this.unseenLines].sort((a, b) => a - b);
  }

  /** Rows of the same code may be drawn anew; what was seen of it stays seen. */
  watch(hash: string, flagged: ReadonlyMap<number, HTMLElement>, foot: HTMLElement): void {
    const known = hash === this.hash ? this.unseenLines : new Set(flagged.keys());
    this.hash = hash;
    this.unseenLines = new Set([...flagged.keys()].filter((line) => known.has(line)));
    this.observer?.disconnect();
    const rows = [...flagged].filter(([line]) => this.unseenLines.has(line));
    const lines = new Map(rows.map(([line, row]) => [endOf(row), line]));
    // What is behind the buttons at the foot is not in view.
    const rootMargin = `0px 0px -${Math.ceil(foot.getBoundingClientRect().height)}px 0px`;
    this.observer = new IntersectionObserver((entries) => this.see(entries, lines), {
      threshold: ENOUGH,
      rootMargin,
    });
    for (const end of lines.keys()) this.observer.observe(end);
  }

  private see(entries: readonly IntersectionObserverEntry[], lines: ReadonlyMap<Element, number>): void {
    const left = new Set(this.unseenLines);
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) left.delete(lines.get(target) ?? 0);
    }
    if (left.size === this.unseenLines.size) return;
    this.unseenLines = left;
    this.changed();
  }
}

/** A line that wraps over more than fits was in view when what is said of it, right below its end, was. */
export function endOf(row: HTMLElement): Element {
  const isTall = row.getBoundingClientRect().height > ENOUGH * window.innerHeight;
  return isTall ? (row.nextElementSibling ?? row) : row;
}
