import { BaseCallbackHandler } from "@langchain/core/callbacks/base";

/**
 * LangChain adds a tracer, which sends questions and code to LangSmith, where a person's shell says so to their own
 * programs (LANGCHAIN_TRACING_V2 and its other spellings), unless one of its name is there: this one is, and does
 * nothing. The packaged bundle does not even hold the client.
 */
class NoTracer extends BaseCallbackHandler {
  readonly name = "langchain_tracer";

  constructor() {
    super({
      ...{ ignoreAgent: true, ignoreChain: true, ignoreCustomEvent: true },
      ...{ ignoreLLM: true, ignoreRetriever: true },
    });
  }

  /** What a tracer is asked for when a run begins; whatever runs inside it reads that it is not traced. */
  getRunTreeWithTracingConfig(): { tracingEnabled: boolean } {
    return { tracingEnabled: false };
  }
}

/** The `callbacks` of every run of a graph. */
export const UNTRACED: readonly BaseCallbackHandler[] = [new NoTracer()];
