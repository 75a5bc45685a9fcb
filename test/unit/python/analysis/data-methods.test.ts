import { beforeAll, describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { DOMAINS } from "../../../../src/python/analysis/knowledge-domains.ts";
import type { Entry } from "../../../../src/python/analysis/knowledge-domain.ts";

const ELSEWHERE = '"/etc/elsewhere"';

interface Acting {
  readonly of: string;
  readonly name: string;
  readonly entry: Entry;
}

/** Methods of plain data that do something with a file which an argument names. */
const ACTING: readonly Acting[] = DOMAINS.filter(({ plainData }) => plainData === true).flatMap(
  ({ entries = [], types = {} }) =>
    entries
      .filter(
        (entry) => Object.hasOwn(types, entry.of) && Array.isArray(entry.path) && entry.does !== undefined,
      )
      .flatMap((entry) => entry.names.split(" ").map((name) => ({ of: entry.of, name, entry }))),
);

/** A call of the method with the path where it belongs, the rest plain numbers. */
function callOf({ name, entry }: Acting): string {
  const [position, keyword] = entry.path as readonly [number, string?];
  const [least] = entry.arity ?? [0];
  const before = Array.from({ length: Math.max(position, 0) }, () => "1");
  const args = position < 0 ? [`${keyword}=${ELSEWHERE}`] : [...before, ELSEWHERE];
  const after = Array.from({ length: Math.max(least - args.length, 0) }, () => "1");
  return `.${name}(${[...args, ...after].join(", ")})`;
}

describe("data that a library computed", () => {
  let analyser: Analyser;
  beforeAll(() => {
    analyser = new Analyser();
  });

  it("has methods that act", () => {
    expect(ACTING.length).toBeGreaterThan(30);
  });

  it.each(ACTING.map((acting) => [`${acting.of}.${acting.name}`, acting] as const))(
    "does what %s does, unless data has a harmless method of that name",
    (_, acting) => {
      const code = `import numpy as np\nvalue = np.abs(1).reshape(1)[0]\nvalue${callOf(acting)}\n`;
      const found = analyser.analyse(code).effects.filter(({ target }) => target === "/etc/elsewhere");
      if (acting.entry.ambiguous === true) expect(found).toEqual([]);
      else expect(found).not.toEqual([]);
    },
  );
});
