import type { Disposable, Event } from "../host.ts";
import { Emitter } from "../host.ts";

/** An emitter whose source is open only while somebody listens. */
export class ListenedEmitter<T> implements Disposable {
  private readonly emitter: Emitter<T>;
  private readonly open: () => Disposable;
  private source: Disposable | undefined;
  private listeners = 0;

  /** `open` is called for the first listener; what it returns is disposed after the last one. */
  constructor(open: () => Disposable, onListenerError?: (error: unknown) => void) {
    this.open = open;
    this.emitter = new Emitter<T>(onListenerError);
  }

  readonly event: Event<T> = (listener) => {
    const heard = this.emitter.event(listener);
    this.listeners += 1;
    this.source ??= this.open();
    let listening = true;
    return {
      dispose: () => {
        if (!listening) return;
        listening = false;
        void heard.dispose();
        this.forget();
      },
    };
  };

  fire(value: T): void {
    this.emitter.fire(value);
  }

  dispose(): void {
    this.emitter.dispose();
    this.close();
  }

  private forget(): void {
    this.listeners -= 1;
    if (this.listeners === 0) this.close();
  }

  private close(): void {
    void this.source?.dispose();
    this.source = undefined;
  }
}
