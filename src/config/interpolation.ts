/** Values for `${VAR}`; nothing else ever reads them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly text: string;
  /** Variables that are not set and have no default. */
  readonly missing: readonly string[];
}

const REFERENCE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** Replaces `${VAR}` and `${VAR:-default}`; as in a shell, an empty variable counts as unset for the default. */
export function expand(text: string, environment: Environment): Expanded {
  const missing: string[] = [];
  const expanded = text.replace(REFERENCE, (_whole, name: string, fallback: string | undefined) => {
    const value = environment[name];
    if (fallback !== undefined) return value === undefined || value === "" ? fallback : value;
    if (value === undefined) missing.push(name);
    return value ?? "";
  });
  return { text: expanded, missing };
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:#.*)?$/;

/** Reads a `.env` file: `NAME=value` a line, quotes and `export` allowed, other lines skipped. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const match = ASSIGNMENT.exec(line);
    const name = match?.[1];
    if (match && name !== undefined) values[name] = match[2] ?? match[3] ?? match[4] ?? "";
  }
  return values;
}
