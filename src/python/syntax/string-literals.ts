/** How a string literal begins. */
export interface StringStart {
  /** Where its content begins. */
  readonly content: number;
  /** One quote, or three. */
  readonly quote: string;
  readonly isRaw: boolean;
  readonly isFormatted: boolean;
  readonly isBytes: boolean;
}

const PREFIX = /^(?:[rub]|f|rb|br|rf|fr)?$/;

/** The literal whose prefix begins at `start` and whose quotes begin at `quotes`; undefined where that is no prefix. */
export function stringStart(source: string, start: number, quotes: number): StringStart | undefined {
  const prefix = quotes === start ? "" : source.slice(start, quotes).toLowerCase();
  if (!PREFIX.test(prefix)) return undefined;
  const single = source.charAt(quotes);
  const isTriple = source.charAt(quotes + 1) === single && source.charAt(quotes + 2) === single;
  const quote = isTriple ? single.repeat(3) : single;
  return {
    content: quotes + quote.length,
    quote,
    isRaw: prefix.includes("r"),
    isFormatted: prefix.includes("f"),
    isBytes: prefix.includes("b"),
  };
}

/** Where the content ends, its closing quotes not included; undefined where it never does. */
export function endOfContent(source: string, { content, quote }: StringStart): number | undefined {
  const mark = quote.charCodeAt(0);
  const isTriple = quote.length === 3;
  for (let at = content; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === 92) at = skipEscape(source, at) - 1;
    else if (code === mark && (!isTriple || source.startsWith(quote, at))) return at;
    else if (!isTriple && (code === 10 || code === 13)) return undefined;
  }
  return undefined;
}

/** Behind the backslash at `at` and what it takes with it, also in a raw string. */
export function skipEscape(source: string, at: number): number {
  return at + (source.startsWith("\r\n", at + 1) ? 3 : 2);
}

export function endOfLine(source: string, at: number): number {
  for (let end = at; end < source.length; end += 1) {
    const code = source.charCodeAt(end);
    if (code === 10 || (code === 13 && source.charCodeAt(end + 1) === 10)) return end;
  }
  return source.length;
}
