import { Worker } from "node:worker_threads";
import { CountersignError } from "../../errors.ts";
import type { Analysis, CodeAnalyser, HighlightSpan } from "./analysis.ts";
import type { Facility } from "./facility.ts";

/** What the thread is asked; `number` comes back with the answer. */
export interface Task {
  readonly number: number;
  readonly what: "analyse" | "highlight" | "warm-up";
  readonly code: string;
  /** What is known besides: as configured when it is asked. */
  readonly facility: Facility;
}

export interface TaskAnswer {
  readonly number: number;
  readonly result: Analysis | readonly HighlightSpan[] | undefined;
}

interface Waiting {
  readonly resolve: (result: TaskAnswer["result"]) => void;
  readonly reject: (error: Error) => void;
}

/** Far beyond what any text takes: a defect of ours must not hold a request for ever. */
const WITHIN_MS = 60_000;
const MEMORY_MB = 1_024;
/** One request is analysed for its effects, its files, its channels and its packages, and again when it is shown. */
const REMEMBERED = 16;

/**
 * An analyser in a thread of its own: however large the code, and whatever it does to the parser, who asks goes on, and so does
 * everything else in the editor's process. One that fails is replaced at the next question.
 */
export class AnalysisThread implements CodeAnalyser {
  private readonly facility: () => Facility;
  private readonly withinMs: number;
  private readonly waiting = new Map<number, Waiting>();
  /** The last analyses, oldest first, by what was known and the code. */
  private readonly remembered = new Map<string, Promise<Analysis>>();
  private worker: Worker | undefined;
  private asked = 0;

  constructor(facility: () => Facility, { withinMs = WITHIN_MS } = {}) {
    this.facility = facility;
    this.withinMs = withinMs;
  }

  /** Loads ahead of the first question, and runs until it is as fast as it gets. What is asked meanwhile waits for none of this. */
  async prepare(): Promise<void> {
    await this.ask("warm-up", "");
  }

  /** @throws `analyser-failed` where the thread died, or did not answer in time */
  analyse(code: string): Promise<Analysis> {
    const key = `${JSON.stringify(this.facility())}\n${code}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const analysis = this.ask("analyse", code) as Promise<Analysis>;
    this.remembered.set(key, analysis);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
    analysis.catch(() => this.remembered.delete(key));
    return analysis;
  }

  /** @throws `analyser-failed` */
  async highlight(code: string): Promise<readonly HighlightSpan[]> {
    return (await this.ask("highlight", code)) as readonly HighlightSpan[];
  }

  /** What is being analysed is answered with `analyser-failed`. */
  async dispose(): Promise<void> {
    const { worker } = this;
    if (worker === undefined) return;
    this.end(worker, failed("it was closed"));
    await worker.terminate();
  }

  private async ask(what: Task["what"], code: string): Promise<TaskAnswer["result"]> {
    const worker = (this.worker ??= this.start());
    const number = (this.asked += 1);
    const timer = setTimeout(() => {
      this.end(worker, failed(`it took longer than ${this.withinMs / 1_000} s`));
      void worker.terminate();
    }, this.withinMs);
    worker.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.waiting.set(number, { resolve, reject });
        worker.postMessage({ number, what, code, facility: this.facility() } satisfies Task);
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(number);
      if (this.waiting.size === 0) worker.unref();
    }
  }

  private start(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./analysis-worker.${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    worker.unref();
    worker.on("message", ({ number, result }: TaskAnswer) => this.waiting.get(number)?.resolve(result));
    worker.on("error", (error) =>
      this.end(worker, failed(error instanceof Error ? error.message : String(error))),
    );
    worker.on("exit", () => this.end(worker, failed("its thread ended")));
    return worker;
  }

  private end(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

function failed(why: string): CountersignError {
  return new CountersignError("analyser-failed", {
    message: `The code was not analysed: ${why}.`,
    kept: "Nothing was asked about and nothing ran.",
    next: "Try again; if it fails again, split the code into smaller steps.",
  });
}
