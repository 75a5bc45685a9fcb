import { CountersignError, cancelled } from "../errors.ts";
import { boundedText } from "./bounded-text.ts";
import { rateLimited, refusedKey, tooLong, unknownModel, unreachable } from "./model-errors.ts";

export interface ModelServerOptions {
  /** Address of the API, `/v1` included: `https://api.example.org/v1`. */
  readonly baseUrl: string;
  /** The key of this origin and no other; undefined where the server needs none. */
  readonly key: (origin: string) => Promise<string | undefined>;
  /** Milliseconds without a byte after which the server counts as gone. */
  readonly patience?: number;
}

/** A request that the server refused as malformed; the caller may ask in another way. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
}

/** HTTP to one server that speaks OpenAI's protocol. Every failure is typed; the key goes to its own origin only. */
export class ModelServer {
  private readonly options: ModelServerOptions;
  private readonly base: URL;

  constructor(options: ModelServerOptions) {
    this.options = options;
    this.base = modelServerUrl(options.baseUrl);
  }

  get origin(): string {
    return this.base.origin;
  }

  /**
   * Sends one request and hands its body to `read`, bounded by `signal` and by the server's silence.
   * @param asker names the model in messages
   * @throws RequestRefused on 400 and 422; CountersignError otherwise
   */
  async exchange<T>(
    asker: string,
    path: string,
    request: RequestInit,
    signal: AbortSignal,
    read: (response: Response, heard: () => void) => Promise<T>,
  ): Promise<T> {
    const silence = new Silence(this.options.patience ?? 300_000);
    try {
      const key = await this.options.key(this.base.origin);
      const response = await this.send(path, key, {
        ...request,
        signal: AbortSignal.any([signal, silence.signal]),
      });
      silence.broken();
      await accept(asker, response, key);
      return await read(response, () => silence.broken());
    } catch (error) {
      if (signal.aborted) throw cancelled("The question to the model");
      if (error instanceof CountersignError || error instanceof RequestRefused) throw error;
      if (silence.signal.aborted)
        throw unreachable(asker, "it fell silent in the middle of an answer", error);
      throw unreachable(asker, reason(error), error);
    } finally {
      silence.end();
    }
  }

  private send(path: string, key: string | undefined, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set("content-type", "application/json");
    if (key) headers.set("authorization", `Bearer ${key}`);
    // A redirect may lead to another origin, and the key must not.
    return fetch(new URL(path, this.base), { ...request, headers, redirect: "manual" });
  }
}

/**
 * Checks an address that a person typed; an origin alone gets `/v1`.
 * @throws CountersignError `input-refused`
 */
export function modelServerUrl(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const usable = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "";
  if (!usable) {
    throw new CountersignError("input-refused", {
      message: `${JSON.stringify(text)} is not the address of a model server.`,
      next: "Enter an address such as http://127.0.0.1:11434/v1, without a name or key in it.",
    });
  }
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname === "/" ? "/v1/" : `${url.pathname.replace(/\/+$/, "")}/`;
  return url;
}

/** Aborts once nobody has been heard for too long. */
class Silence {
  private readonly controller = new AbortController();
  private readonly patience: number;
  private timer: NodeJS.Timeout;

  constructor(patience: number) {
    this.patience = patience;
    this.timer = this.arm();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  broken(): void {
    clearTimeout(this.timer);
    this.timer = this.arm();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private arm(): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(), this.patience);
  }
}

async function accept(asker: string, response: Response, key: string | undefined): Promise<void> {
  const { status } = response;
  if (response.ok) return;
  if (status >= 300 && status < 400) {
    const where = response.headers.get("location") ?? "elsewhere";
    throw unreachable(asker, `the server sends on to ${where}, and a key is sent to its own address only`);
  }
  const { message: said, code } = await serverError(response);
  // Some servers repeat the key that they refuse.
  const message = key ? said.replaceAll(key, "(key)") : said;
  if (status === 401 || status === 403) throw refusedKey(asker, status, message);
  if (status === 429) throw rateLimited(asker, retryAfter(response.headers.get("retry-after")), message);
  if (status === 413 || code === "context_length_exceeded" || TOO_LONG.test(message)) {
    throw tooLong(asker, message);
  }
  if (status === 404) throw unknownModel(asker, message);
  if (status === 400 || status === 422) throw new RequestRefused(message);
  throw unreachable(asker, `the server answered ${status}${message === "" ? "" : ` (${message})`}`);
}

/** Servers word this differently; none of them has a common code. */
const TOO_LONG =
  /context (length|window|size)|maximum context|too many tokens|prompt is too long|exceeds?.{0,40}context/i;

async function serverError(response: Response): Promise<{ message: string; code: string }> {
  const text = await boundedText(response, 10_000);
  try {
    const body = JSON.parse(text) as {
      error?: { message?: unknown; code?: unknown } | string;
      message?: unknown;
    };
    if (typeof body.error === "string") return { message: body.error, code: "" };
    const message = body.error?.message ?? body.message;
    const code = typeof body.error?.code === "string" ? body.error.code : "";
    return { message: typeof message === "string" ? message : "", code };
  } catch {
    return { message: /^\s*</.test(text) ? "" : text, code: "" };
  }
}

/** Seconds, from a number or from a date, as HTTP has both. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** `fetch failed` says nothing; its cause does. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ECONNREFUSED") return "nothing answers at its address";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its address is not known";
  if (code === "ECONNRESET" || code === "UND_ERR_SOCKET") return "the connection broke off";
  if (/CERT|SELF_SIGNED|ISSUER/.test(code)) return `its certificate is not trusted (${code})`;
  return error instanceof Error ? error.message : "the connection failed";
}
