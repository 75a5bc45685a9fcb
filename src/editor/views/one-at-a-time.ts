/**
 * Does one thing over and over, never twice at once: who asks while it is being done gets one more round after it. So
 * what was found last is also the newest, whatever takes how long.
 */
export class OneAtATime {
  private readonly work: () => Promise<void>;
  private current: Promise<void> | undefined;
  private following: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.work = work;
  }

  /** Resolves when a round has ended that began after this call; fails as that round failed. */
  run(): Promise<void> {
    if (this.following !== undefined) return this.following;
    if (this.current === undefined) return this.begin();
    this.following = this.current.catch(() => undefined).then(() => this.begin());
    return this.following;
  }

  private begin(): Promise<void> {
    this.following = undefined;
    this.current = this.work().finally(() => (this.current = undefined));
    return this.current;
  }
}
