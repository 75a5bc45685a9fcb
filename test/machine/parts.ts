import { Apt } from "./apt.ts";
import { baseImage } from "./parts/base-image.ts";
import { chromium } from "./parts/chromium.ts";
import { containerEngine } from "./parts/container-engine.ts";
import { python } from "./parts/python.ts";
import { vscodeServer } from "./parts/vscode-server.ts";

/** Something real that the tests talk to, or that `npm start` opens. */
export interface Part {
  readonly name: string;
  /** For the line that says what was left out. */
  readonly neededFor: string;
  /** What a person does where we may not. */
  readonly byHand: string;
  ready(): Promise<boolean>;
  /** Installs and starts it; asked only where it is not ready. @throws in one sentence why it could not. */
  ensure(say: (line: string) => void): Promise<void>;
}

export interface MissingPart {
  readonly part: Part;
  readonly reason: string;
}

export type PartName = "engine" | "image" | "python" | "server" | "chromium";

/** In the order in which they are made ready: the image needs the engine. */
export function allParts(): Record<PartName, Part> {
  const apt = new Apt();
  const engine = containerEngine(apt);
  return {
    engine,
    image: baseImage(apt, engine),
    python: python(apt),
    server: vscodeServer(),
    chromium: chromium(apt),
  };
}

/** Makes the parts ready one after the other and says so, a line each. @returns those that could not be had. */
export async function ensureParts(
  parts: readonly Part[],
  say: (line: string) => void,
): Promise<MissingPart[]> {
  const missing: MissingPart[] = [];
  for (const part of parts) {
    const reason = await ensurePart(part, say);
    if (reason !== undefined) missing.push({ part, reason });
  }
  return missing;
}

async function ensurePart(part: Part, say: (line: string) => void): Promise<string | undefined> {
  if (await part.ready()) {
    say(`✓ ${part.name}`);
    return undefined;
  }
  const start = Date.now();
  try {
    await part.ensure((line) => say(`  ${part.name}: ${line}`));
    say(`✓ ${part.name} (${Math.round((Date.now() - start) / 1000)} s)`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
