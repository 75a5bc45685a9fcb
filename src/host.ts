/** What a door (the editor or the terminal) lends the house. Nothing else of the outside world is assumed. */
export interface Host {
  readonly secrets: Secrets;
  /** Who sits in front of this door, and how that is known. Said, never implied. */
  identity(): Person;
  /** False in Restricted Mode: everything may be looked at, nothing decided or run. */
  trusted(): boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** The 0700 folder of this user and this workspace, see `storage/state-directory.ts`. */
  readonly stateDir: string;
  /** Real path of the workspace folder. */
  readonly workspaceDir: string;
}

/** API keys only. A key that is gone is an ordinary case, not an error. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
  store(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface Person {
  readonly name: string;
  readonly knownBy: "vscode-account" | "git-identity" | "os-user";
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Log {
  debug(message: string, detail?: unknown): void;
  info(message: string, detail?: unknown): void;
  warn(message: string, detail?: unknown): void;
  error(message: string, detail?: unknown): void;
}

/** What holds a resource. Disposing twice is allowed and does nothing the second time. */
export interface Disposable {
  dispose(): void | Promise<void>;
}

/** A typed event of a room's face: call it to listen, dispose what it returns to stop. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

export const systemClock: Clock = { now: () => Date.now() };

/** The sender's side of an `Event`. A listener that throws does not keep others from hearing. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();
  private readonly onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void = () => undefined) {
    this.onListenerError = onListenerError;
  }

  readonly event: Event<T> = (listener) => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
