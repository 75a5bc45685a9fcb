import { CountersignError } from "../../errors.ts";
import { parsePython } from "../syntax/parser.ts";

/** A cell of code. */
export interface NotebookCell {
  /** Among all cells of the notebook, of text too, from 1. */
  readonly number: number;
  readonly source: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * The cells of code of a Jupyter notebook, known by what it holds and not by its name; undefined where the text is none.
 * @throws `notebook-invalid` where it is one whose code cannot be told: broken, of another format, for another language
 */
export function readNotebook(text: string): readonly NotebookCell[] | undefined {
  const written = text.replace(/^\ufeff/, "");
  if (!/^\s*\{/.test(written)) return undefined;
  const notebook = parsed(written);
  if (notebook === undefined) return undefined;
  refuseOtherFormats(notebook.nbformat);
  refuseOtherLanguages(membersOf(notebook.metadata));
  return listOf(notebook.cells).flatMap(cellOf);
}

/** The document, where it has what makes it a notebook: before format 4, its cells stood in worksheets. */
function parsed(text: string): Members | undefined {
  let notebook: Members;
  try {
    notebook = membersOf(JSON.parse(text));
  } catch (error) {
    refuseBroken(text, error);
    return undefined;
  }
  const hasCells = "cells" in notebook || "worksheets" in notebook;
  return hasCells && "nbformat" in notebook ? notebook : undefined;
}

/** Half a notebook is no Python either; Python that names the same members is. */
function refuseBroken(text: string, error: unknown): void {
  const namesThem = /"(cells|worksheets)"\s*:/.test(text) || /"nbformat"\s*:/.test(text);
  if (!namesThem || parsePython(text).error === undefined) return;
  throw invalid(
    `it is not valid JSON (${error instanceof Error ? error.message : String(error)})`,
    "Get a whole copy of it, or repair it, and save it again from Jupyter or VS Code.",
  );
}

function refuseOtherFormats(nbformat: unknown): void {
  if (nbformat === 4) return;
  throw invalid(
    `its format is ${JSON.stringify(nbformat)}, and only 4 is known`,
    "Convert it with jupyter nbconvert --to notebook --nbformat 4, or save it again from Jupyter.",
  );
}

function refuseOtherLanguages({ kernelspec, language_info }: Members): void {
  for (const language of [membersOf(kernelspec).language, membersOf(language_info).name]) {
    if (language === undefined || (typeof language === "string" && /^i?python\d*$/i.test(language))) continue;
    throw invalid(
      `its language is ${JSON.stringify(language)}`,
      "Only Python can be analysed: choose a notebook with a Python kernel.",
    );
  }
}

function cellOf(cell: unknown, index: number): readonly NotebookCell[] {
  const { cell_type, source } = membersOf(cell);
  if (cell_type === "markdown" || cell_type === "raw") return [];
  const lines = typeof source === "string" ? [source] : source;
  if (cell_type === "code" && Array.isArray(lines) && lines.every((line) => typeof line === "string"))
    return [{ number: index + 1, source: lines.join("") }];
  throw invalid(`its cell ${index + 1} is none that Jupyter knows`, "Save it again from Jupyter or VS Code.");
}

function listOf(cells: unknown): readonly unknown[] {
  if (Array.isArray(cells)) return cells;
  throw invalid("its cells are no list", "Save it again from Jupyter or VS Code.");
}

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

function invalid(why: string, next: string): CountersignError {
  return new CountersignError("notebook-invalid", {
    message: `This notebook cannot be analysed: ${why}.`,
    next,
  });
}
