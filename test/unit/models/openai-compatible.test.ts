import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isCountersignError, type CountersignError } from "../../../src/errors.ts";
import { FINAL_ANSWER, PYTHON_ANSWER, TASK_ANSWER } from "../../../src/models/answers.ts";
import { listModels, OpenAiCompatibleModel } from "../../../src/models/openai-compatible.ts";
import { ScriptedModelServer, type ScriptedServerOptions } from "../../machine/scripted-model-server.ts";

const KEY = "sk-only-for-this-origin";
const python = { code: "print('µ')", purpose: "prints", expectedResults: "text", mode: "read_only" };
const { signal } = new AbortController();
const messages = [{ role: "user" as const, content: "Question: How much?" }];
let server: ScriptedModelServer;
let model: OpenAiCompatibleModel;

async function serve(options: ScriptedServerOptions, patience?: number): Promise<void> {
  await server.dispose();
  server = await ScriptedModelServer.start(options);
  const key = () => Promise.resolve(KEY);
  const base = { baseUrl: server.url, model: "scripted", key };
  model = new OpenAiCompatibleModel(patience === undefined ? base : { ...base, patience });
}

async function failure(promise: Promise<unknown>): Promise<CountersignError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (isCountersignError(error)) return error;
  throw error;
}

beforeEach(async () => {
  server = await ScriptedModelServer.start();
  await serve({ key: KEY });
});
afterEach(() => server.dispose());

describe("answers", () => {
  it("stream in pieces and come back whole", async () => {
    const pieces: string[] = [];
    server.next({ answer: "Forty-two µm, or näherungsweise 42 µm 🧪." });
    const answer = await model.ask({ messages, signal, onText: (piece) => pieces.push(piece) });
    expect(answer).toBe("Forty-two µm, or näherungsweise 42 µm 🧪.");
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join("")).toBe(answer);
  });

  it("satisfy the schema that the server was given", async () => {
    server.next({ answer: python });
    expect(await model.askFor(PYTHON_ANSWER, { messages, signal, maxOutputTokens: 900 })).toEqual(python);
    const { schema, format, authorization, body } = server.requests[0]!;
    expect({ schema, format, authorization }).toEqual({
      schema: "python",
      format: "json_schema",
      authorization: `Bearer ${KEY}`,
    });
    expect(body).toMatchObject({ stream: true, max_tokens: 900 });
    expect(body.response_format).toMatchObject({ json_schema: { schema: PYTHON_ANSWER.schema } });
  });

  it("are understood from a server that does not stream", async () => {
    server.next({ answer: python, whole: true });
    expect(await model.askFor(PYTHON_ANSWER, { messages, signal })).toEqual(python);
  });

  it.each([
    ["a fence", `Here you are:\n\`\`\`json\n${JSON.stringify(python)}\n\`\`\`\nDone.`],
    ["prose around", `Sure! ${JSON.stringify(python)} I hope this helps.`],
    ["thoughts before", `<think>{"code": 1} or so?</think>\n${JSON.stringify(python)}`],
  ])("are found behind %s", async (_name, answer) => {
    server.next({ answer });
    expect(await model.askFor(PYTHON_ANSWER, { messages, signal })).toEqual(python);
    expect(server.requests).toHaveLength(1);
  });

  it("that miss the schema are asked for once more, with what is wrong", async () => {
    server.next({ answer: { code: "1", purpose: "p" } }, { answer: python });
    expect(await model.askFor(PYTHON_ANSWER, { messages, signal })).toEqual(python);
    const second = server.requests[1]!.messages.map(({ content }) => content).join("\n");
    expect(second).toContain("must have required property 'expectedResults'");
    expect(second).toContain('{"code":"1","purpose":"p"}');
  });

  it("leave optional parts out", async () => {
    server.next({ answer: { text: "It is 3." } });
    expect(await model.askFor(FINAL_ANSWER, { messages, signal })).toEqual({ text: "It is 3." });
  });
});

describe("a server that refuses JSON schemas", () => {
  it("is asked for a JSON object with the schema in words, and not asked again in the refused way", async () => {
    await serve({
      refusedFormats: ["json_schema"],
      script: () => ({ answer: { task: "t", kind: "analysis" } }),
    });
    const ask = () => model.askFor(TASK_ANSWER, { messages, signal });
    expect([await ask(), await ask()]).toEqual([
      { task: "t", kind: "analysis" },
      { task: "t", kind: "analysis" },
    ]);
    expect(server.requests.map(({ format }) => format)).toEqual([
      "json_schema",
      "json_object",
      "json_object",
    ]);
    expect(server.requests[1]!.messages[0]!.content).toContain(JSON.stringify(TASK_ANSWER.schema));
  });

  it("and JSON objects is asked in words alone", async () => {
    await serve({ refusedFormats: ["json_schema", "json_object"] });
    server.next({ answer: { task: "t", kind: "analysis" } });
    await model.askFor(TASK_ANSWER, { messages, signal });
    expect(server.requests.map(({ format }) => format)).toEqual(["json_schema", "json_object", undefined]);
  });

  it("is a different thing from one that refuses everything", async () => {
    server.next({ status: 400, message: "the model is asleep" });
    const error = await failure(model.askFor(TASK_ANSWER, { messages, signal }));
    expect(error.code).toBe("model-answer-invalid");
    expect(error.message).toContain("the model is asleep");
    expect(server.requests).toHaveLength(1);
  });

  it("newer length keys are taken up", async () => {
    server.next(
      { status: 400, message: "Unsupported parameter: max_tokens. Use max_completion_tokens." },
      { answer: "ok" },
    );
    expect(await model.ask({ messages, signal, maxOutputTokens: 5 })).toBe("ok");
    expect(server.requests[1]!.body).toMatchObject({ max_completion_tokens: 5 });
  });
});

describe("failures are typed, say what to do, and keep the question", () => {
  it("nothing answers", async () => {
    await server.dispose();
    const error = await failure(model.ask({ messages, signal }));
    expect(error.code).toBe("model-unreachable");
    expect(error.message).toContain("nothing answers at its address");
    expect(error.kept).toContain("The question");
    server = await ScriptedModelServer.start();
  });

  it("401, without repeating the key", async () => {
    await serve({ key: "another" });
    const error = await failure(model.ask({ messages, signal }));
    expect(error.code).toBe("model-refused-key");
    expect(error.message).not.toContain(KEY);
    expect(error.next).toContain("Connect a Model");
  });

  it("429, with the time to wait from seconds and from a date", async () => {
    server.next({ status: 429, message: "Slow down.", headers: { "retry-after": "17" } });
    const error = await failure(model.ask({ messages, signal }));
    expect(error.code).toBe("model-rate-limited");
    expect(error.next).toContain("Wait 17 s");
    const date = new Date(Date.now() + 60_000).toUTCString();
    server.next({ status: 429, message: "", headers: { "retry-after": date } }, { status: 429, message: "" });
    expect((await failure(model.ask({ messages, signal }))).next).toMatch(/Wait (5\d|60) s/);
    expect((await failure(model.ask({ messages, signal }))).next).toContain("Wait a while");
  });

  it.each([
    [400, "context_length_exceeded", "This model's limit is 8192"],
    [400, undefined, "Requested tokens (9000) exceed context window of 4096"],
    [413, undefined, ""],
  ])("a question too long for it (%s %s)", async (status, code, message) => {
    server.next(code === undefined ? { status, message } : { status, message, code });
    expect((await failure(model.ask({ messages, signal }))).code).toBe("model-too-long");
  });

  it("a question longer than its limit is not sent", async () => {
    const small = new OpenAiCompatibleModel({
      baseUrl: server.url,
      model: "scripted",
      key: () => Promise.resolve(KEY),
      maxInputTokens: 100,
    });
    const long = [{ role: "user" as const, content: "x".repeat(1000) }];
    expect((await failure(small.ask({ messages: long, signal }))).code).toBe("model-too-long");
    expect(server.requests).toHaveLength(0);
  });

  it("an empty answer", async () => {
    server.next({ answer: "" }, { answer: " \n" });
    expect((await failure(model.askFor(PYTHON_ANSWER, { messages, signal }))).code).toBe(
      "model-answer-empty",
    );
    expect((await failure(model.ask({ messages, signal }))).code).toBe("model-answer-empty");
  });

  it("an answer that is no JSON, twice", async () => {
    server.next({ answer: "I would rather not." }, { answer: '{"code": 3}' });
    const error = await failure(model.askFor(PYTHON_ANSWER, { messages, signal }));
    expect(error.code).toBe("model-answer-invalid");
    expect(error.message).toContain("answer/code must be string");
  });

  it("a connection that breaks off in the middle", async () => {
    server.next({ drop: "half of an ans" });
    const error = await failure(model.ask({ messages, signal }));
    expect(error.code).toBe("model-unreachable");
    expect(error.message).toContain("broke off");
  });

  it("a stream that ends without an end, and one that reports an error", async () => {
    const half = 'data: {"choices":[{"delta":{"content":"half"}}]}\n\n';
    server.next({ raw: half, type: "text/event-stream" });
    expect((await failure(model.ask({ messages, signal }))).message).toContain("broke off");
    server.next({ raw: `${half}data: {"error":{"message":"out of memory"}}\n\n`, type: "text/event-stream" });
    expect((await failure(model.ask({ messages, signal }))).message).toContain("out of memory");
  });

  it("a server that falls silent", async () => {
    await serve({}, 150);
    server.next({ silence: "wait" });
    expect((await failure(model.ask({ messages, signal }))).message).toContain("fell silent");
  });

  it("a page that is not its protocol, and a server error", async () => {
    server.next({ raw: "<html>Welcome</html>", type: "text/html" });
    expect((await failure(model.ask({ messages, signal }))).code).toBe("model-answer-invalid");
    server.next({ status: 503, message: "loading the model" });
    const error = await failure(model.ask({ messages, signal }));
    expect([error.code, error.message]).toEqual([
      "model-unreachable",
      expect.stringContaining("503 (loading the model)"),
    ]);
    server.next({ status: 404, message: "no model scripted" });
    expect((await failure(model.ask({ messages, signal }))).next).toContain("choose one of the models");
  });

  it("an abort, before and while it answers", async () => {
    expect((await failure(model.ask({ messages, signal: AbortSignal.abort() }))).code).toBe("cancelled");
    const stop = new AbortController();
    server.next({ silence: "some words and then" });
    const asked = model.ask({ messages, signal: stop.signal, onText: () => stop.abort() });
    expect((await failure(asked)).code).toBe("cancelled");
  });
});

describe("the key", () => {
  it("is asked for by origin and never follows a redirect", async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = await listening((authorization) => seen.push(authorization));
    const redirecting = await listening(() => undefined, `${elsewhere.url}/v1/chat/completions`);
    const asked: string[] = [];
    const redirected = new OpenAiCompatibleModel({
      baseUrl: `${redirecting.url}/v1`,
      model: "m",
      key: (origin) => {
        asked.push(origin);
        return Promise.resolve(KEY);
      },
    });
    const error = await failure(redirected.ask({ messages, signal }));
    expect(error.message).toContain(`sends on to ${elsewhere.url}`);
    expect(asked).toEqual([redirecting.url]);
    expect(seen).toEqual([]);
    await Promise.all([elsewhere.close(), redirecting.close()]);
  });

  it("is not needed", async () => {
    await serve({});
    const keyless = new OpenAiCompatibleModel({
      baseUrl: server.url,
      model: "m",
      key: () => Promise.resolve(undefined),
    });
    server.next({ answer: "hello" });
    expect(await keyless.ask({ messages, signal })).toBe("hello");
    expect(server.requests[0]!.authorization).toBeUndefined();
  });
});

describe("listing models", () => {
  it("gives their names, sorted", async () => {
    await serve({ key: KEY, models: ["b", "a"] });
    const options = { baseUrl: server.url.replace("/v1", ""), key: () => Promise.resolve(KEY) };
    expect(await listModels(options, signal)).toEqual(["a", "b"]);
    const error = await failure(listModels({ ...options, key: () => Promise.resolve("wrong") }, signal));
    expect(error.code).toBe("model-refused-key");
  });

  it("says what a server without a list answers", async () => {
    const bare = await listening(() => undefined);
    const options = { baseUrl: bare.url, key: () => Promise.resolve(undefined) };
    expect((await failure(listModels(options, signal))).message).toContain("it lists no models");
    await bare.close();
  });

  it.each(["", "localhost:8000", "ftp://host/v1", "https://me:secret@host/v1", "not an address"])(
    "refuses an address that is none: %s",
    (baseUrl) => {
      const open = () => new OpenAiCompatibleModel({ baseUrl, model: "m", key: () => Promise.resolve(KEY) });
      expect(open).toThrow("is not the address of a model server");
    },
  );
});

async function listening(hear: (authorization: string | undefined) => void, redirectTo?: string) {
  const http = createServer((request, response) => {
    hear(request.headers.authorization);
    response.writeHead(
      redirectTo === undefined ? 200 : 307,
      redirectTo === undefined ? {} : { location: redirectTo },
    );
    response.end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => http.close(resolve)),
  };
}
