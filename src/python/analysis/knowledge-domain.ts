import type { EffectKind } from "../../approval/assessment.ts";

/** Where an argument stands: its position (-1: by keyword only) and its keywords. */
export type ArgumentPlace = readonly [number, ...string[]];
/** `self` is what the receiver was made for; `self/0` and `self.0` add the first argument, `self.name` the attribute. */
export type TargetPlace = ArgumentPlace | string;

/** An effect unless the argument is one of the harmless values, or begins as one that ends in `*`. */
export interface Condition {
  readonly argument: ArgumentPlace;
  readonly harmless: readonly string[];
  /** What Python takes where the argument is missing. */
  readonly default: string;
  readonly does: readonly EffectKind[];
}

/** What may stand in place of a path: a document's text (JSON, XML, HTML), or a database that lives in memory. */
export type ContentKind = "document" | "database";

/** What calling one function does, and which argument says to what. */
export interface FileAct {
  readonly does?: readonly EffectKind[];
  readonly path?: TargetPlace;
  readonly paths?: readonly TargetPlace[];
  /** Without its path argument it touches no file. */
  readonly optional?: boolean;
}

/** What is known about one function, type, attribute or module. Empty: it only computes. */
export interface Entry extends FileAct {
  readonly also?: FileAct;
  readonly defaultPath?: string;
  /** The path argument may be content instead of a path. */
  readonly content?: ContentKind;
  /** The argument that says whether a file is read or written, as in `open`. */
  readonly mode?: ArgumentPlace;
  readonly defaultMode?: string;
  readonly url?: ArgumentPlace;
  readonly channel?: TargetPlace;
  readonly value?: ArgumentPlace;
  /** It puts `value` to `channel` through Channel Access, and nothing else. */
  readonly exact?: boolean;
  /** A command, a variable: what the effect is about when it is neither file nor address nor channel. */
  readonly target?: ArgumentPlace;
  readonly when?: readonly Condition[];
  /** The argument that is run as Python. */
  readonly runs?: ArgumentPlace;
  /** The argument that is SQL, which may attach a database file. */
  readonly sql?: ArgumentPlace;
  /** The argument that is evaluated as an expression over data columns. */
  readonly expression?: ArgumentPlace;
  /**
   * What a call returns: a type's path, `[type]` for several, `data` (the default), `none`, `number`, `self`, `unknown`,
   * `contents` (of the arguments), `matches` (file names below the path), `instance-of:N`, `text:…`, `data-text`, `name-text`,
   * `own-names` (of the code itself).
   */
  readonly gives?: string;
  /** What a module's attribute is, in the same words. */
  readonly is?: string;
  /** The argument that the instance was made for: a path, a channel. */
  readonly keeps?: ArgumentPlace;
  /** Effects of reading and of setting an attribute. */
  readonly reads?: readonly EffectKind[];
  readonly sets?: readonly EffectKind[];
  /** Setting this attribute of a module is ordinary. */
  readonly assignable?: boolean;
  /** Positional arguments that a call of this method has: tells namesakes apart. */
  readonly arity?: readonly [number, number];
  /** Plain data has a method of that name too, and nothing tells the two apart: of data it is that one. */
  readonly ambiguous?: boolean;
  /** It calls nothing of what it is given, but what operators call. */
  readonly inert?: boolean;
  readonly onImport?: readonly EffectKind[];
  /** Completes "`x` is `y`, which …". */
  readonly why?: string;
  /** What avoids its effects, as an instruction: "Use yaml.safe_load". */
  readonly instead?: string;
}

/** One file of `knowledge/`; lists of names are separated by spaces. */
export interface Domain {
  readonly domain: string;
  readonly about: string;
  /** Methods of its types say nothing of a method of that name of an object whose type is not known. */
  readonly ownMethods?: boolean;
  /** Its values are plain data: they hold nothing that could act unless it was put there in sight. */
  readonly plainData?: boolean;
  /** Names in a module that only compute; `*` where every public name of it does. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Methods and attributes of the domain's types that only compute. */
  readonly methods?: string;
  /** Types whose methods have entries, with their bases. */
  readonly types?: Readonly<Record<string, string>>;
  readonly entries?: readonly (Entry & { readonly of: string; readonly names: string })[];
  /** Packages and modules of which everything else, at any depth, does this. */
  readonly others?: Readonly<Record<string, Entry>>;
  readonly aliases?: Readonly<Record<string, string>>;
  /** Modules that hold every public name of others, which are listed in the order in which a name is looked for. */
  readonly gathers?: Readonly<Record<string, string>>;
  /** Top-level names of the standard library. */
  readonly standardLibrary?: string;
}
