import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { parse } from "yaml";
import { CountersignError } from "../errors.ts";
import { renderTemplate } from "./templates.ts";

/** What a service's `service.yml` says. */
export interface ServiceDescription {
  /** Hierarchical name: `framework.jupyter`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Image name without a tag. */
  readonly image: string;
  readonly baseImage: string;
}

/** The settings that change what is built. Values of build arguments do not: everything installed is pinned by hash. */
export interface RecipeSettings {
  readonly extraCaFile: string | null;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Requirements, pinned by hash, beside those of the service; empty for none. */
  readonly packages: string;
}

/** What is built: the service, or, where `resolve` is set, only an answer to what pip would add to it. */
export type BuildPurpose = "service" | "resolve";

/** A build, ready to be sent to an engine. */
export interface ServiceRecipe {
  readonly service: ServiceDescription;
  /** SHA-256 of the rendered build context: paths and bytes of all its files. */
  readonly recipe: string;
  readonly tag: string;
  readonly context: Readonly<Record<string, Uint8Array>>;
}

type Files = Readonly<Record<string, Uint8Array>>;

const DESCRIPTION = "service.yml";
const EXTRA_CA = "extra-ca.pem";
const EXTRA_PACKAGES = "extra-requirements.txt";
const TEMPLATE = ".njk";
const ARGUMENT_NAME = /^[A-Za-z_]\w*$/;
const TAG_DIGITS = 16;

/**
 * Renders a service's folder: files that end in `.njk` are templates, all others go into the build as they are.
 * @throws `template-invalid`, `configuration-invalid`, `cancelled`
 */
export async function serviceRecipe(
  folder: string,
  settings: RecipeSettings,
  signal: AbortSignal,
  purpose: BuildPurpose = "service",
): Promise<ServiceRecipe> {
  const files = await readFolder(folder);
  const service = describe(files[DESCRIPTION]);
  const data = {
    baseImage: service.baseImage,
    buildArguments: argumentNames(settings.buildArguments),
    extraCa: settings.extraCaFile !== null,
    extraPackages: settings.packages !== "",
    resolve: purpose === "resolve",
  };
  const context = {
    ...(await render(files, data, signal)),
    ...(await extraCa(settings.extraCaFile)),
    ...(settings.packages === "" ? {} : { [EXTRA_PACKAGES]: Buffer.from(settings.packages) }),
  };
  const recipe = digest(context);
  return { service, recipe, context, tag: `${service.image}:${recipe.slice(0, TAG_DIGITS)}` };
}

/** Regular files by path with forward slashes; hidden files and Python's caches are no part of a service. */
async function readFolder(folder: string): Promise<Files> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.split("/").some((part) => part.startsWith(".") || part === "__pycache__"))
    .sort();
  const contents = await Promise.all(paths.map((path) => readFile(join(folder, path))));
  return Object.fromEntries(paths.map((path, index) => [path, contents[index] ?? new Uint8Array()]));
}

function describe(file: Uint8Array | undefined): ServiceDescription {
  const found: unknown = file === undefined ? null : parse(text(file));
  const described = (typeof found === "object" && found !== null ? found : {}) as Record<string, unknown>;
  const value = (key: string): string => {
    const said = described[key];
    if (typeof said !== "string") throw descriptionInvalid(key);
    return said;
  };
  return {
    name: value("name"),
    title: value("title"),
    description: value("description"),
    image: value("image"),
    baseImage: value("baseImage"),
  };
}

async function render(files: Files, data: unknown, signal: AbortSignal): Promise<Files> {
  const sources = Object.entries(files).filter(([path]) => path.endsWith(TEMPLATE));
  const templates = Object.fromEntries(sources.map(([path, source]) => [path, text(source)]));
  const rendered: Record<string, Uint8Array> = {};
  for (const [path, content] of Object.entries(files)) {
    if (path === DESCRIPTION) continue;
    if (!path.endsWith(TEMPLATE)) rendered[path] = content;
    else
      rendered[path.slice(0, -TEMPLATE.length)] = Buffer.from(
        await renderTemplate({ templates, name: path, data }, signal),
      );
  }
  return rendered;
}

async function extraCa(file: string | null): Promise<Files> {
  if (file === null) return {};
  try {
    return { [EXTRA_CA]: await readFile(file) };
  } catch (error) {
    throw new CountersignError("configuration-invalid", {
      message: `The extra CA file ${file} cannot be read.`,
      next: "Name a PEM file that you may read, or none.",
      cause: error,
    });
  }
}

function argumentNames(buildArguments: RecipeSettings["buildArguments"]): readonly string[] {
  const names = Object.keys(buildArguments).sort();
  const wrong = names.find((name) => !ARGUMENT_NAME.test(name));
  if (wrong === undefined) return names;
  throw new CountersignError("configuration-invalid", {
    message: `"${wrong}" is not the name of a build argument.`,
    next: "Use letters, digits and underscores, and no digit first.",
  });
}

function digest(context: Files): string {
  const hash = createHash("sha256");
  for (const path of Object.keys(context).sort()) {
    const content = context[path] ?? new Uint8Array();
    hash.update(JSON.stringify([path, content.length])).update(content);
  }
  return hash.digest("hex");
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function descriptionInvalid(key: string): CountersignError {
  return new CountersignError("template-invalid", {
    message: `The service's ${DESCRIPTION} does not say its ${key}.`,
    next: "Correct the service's description, or use the one that comes with Countersign.",
  });
}
