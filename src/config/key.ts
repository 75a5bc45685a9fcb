/** A value of a configuration key, after validation. */
export type Value = string | number | boolean | null | readonly string[] | Readonly<Record<string, string>>;

/** What a key accepts. `what` names it for people, in the accusative: `a folder inside the workspace`. */
export type Accepts =
  /** From loosest to strictest; aliases are other spellings of accepted values. */
  | {
      readonly type: "choice";
      readonly values: readonly string[];
      readonly aliases?: Readonly<Record<string, string>>;
    }
  | { readonly type: "boolean" }
  | {
      readonly type: "number";
      readonly minimum: number;
      readonly maximum: number;
      readonly integer: boolean;
      readonly unit: string;
    }
  | {
      readonly type: "text" | "texts";
      readonly pattern: RegExp;
      readonly what: string;
      /** Written in several ways (`data/`, `./data`): the shortest of them counts. */
      readonly folders?: true;
    }
  | { readonly type: "text-map"; readonly what: string; /** Of each value. */ readonly pattern?: RegExp };

/**
 * How a file in a repository meets the user's own settings.
 * `minimum`: the stricter choice or smaller number; `and`: true only where all say true; `or`: true where one says so;
 * `user`: the file's value is not used; `workspace`: the file decides, because nothing becomes possible by it.
 */
export type MergeRule = "minimum" | "and" | "or" | "user" | "workspace";

export interface Key {
  /** Dotted; `*` stands for a name that the file chooses. */
  readonly path: string;
  readonly accepts: Accepts;
  readonly merge: MergeRule;
  /** What holds where nobody says anything; for `*`, where the name is not built in. */
  readonly default: Value;
  readonly description: string;
  /** A file with a mistake in it takes the strictest value of this key. */
  readonly guards?: true;
}
