import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { CountersignError } from "../errors.ts";
import { LABEL, type BuildSpec, type ContainerSpec, type Engine, type ImageInfo } from "./engine.ts";
import { labelsOf, packageList, type ImageContents } from "./image-contents.ts";
import type { ServiceRecipe } from "./service-recipe.ts";

/** Where our Dockerfiles leave their lists. */
const LISTS = "/opt/countersign/packages";

/**
 * Builds an image, and then, on top of it, one more that differs in its labels alone: they say what is in it, which nobody
 * knows before, since a distribution's packages have whatever version they have on that day.
 * @param labels of the finished image: an unfinished one must not be taken for it
 * @throws as `Engine.build` does
 */
export async function buildRecorded(
  engine: Engine,
  recipe: ServiceRecipe,
  { labels, ...how }: Pick<BuildSpec, "labels" | "buildArguments" | "network">,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<ImageInfo> {
  const { tag, service } = recipe;
  const known = await engine.image(service.baseImage);
  const context = known === undefined ? recipe.context : startingFrom(known.id, recipe);
  const built = await engine.build({ tag, context, labels: { [LABEL]: "image" }, ...how }, onLine, signal);
  // Where the engine did not have it, the build has pulled it.
  const base = known ?? (await engine.image(service.baseImage));
  if (base === undefined) throw baseImageGone(service.baseImage);
  const lists = await packageLists(engine, built.id, signal);
  const contents = { base: { name: service.baseImage, id: base.id, digests: base.digests }, ...lists };
  const finished = { ...how, tag, labels: { ...labels, ...labelsOf(contents) }, buildArguments: {} };
  const relabelled = { Dockerfile: Buffer.from(`FROM ${built.id}\n`) };
  return engine.build({ ...finished, context: relabelled }, onLine, signal);
}

/** By its id: what is recorded is then what was used, whatever its name comes to mean meanwhile. */
function startingFrom(id: string, { context, service }: ServiceRecipe): ServiceRecipe["context"] {
  const dockerfile = Buffer.from(context.Dockerfile ?? "").toString("utf8");
  const fixed = dockerfile.replaceAll(`FROM ${service.baseImage} `, `FROM ${id} `);
  return { ...context, Dockerfile: Buffer.from(fixed) };
}

/** Read from a container that is never started. */
async function packageLists(
  engine: Engine,
  image: string,
  signal: AbortSignal,
): Promise<Pick<ImageContents, "debian" | "python">> {
  const id = await engine.createContainer(neverStarted(image), signal);
  try {
    const files = await filesIn(await engine.getArchive(id, LISTS));
    const list = (name: string) => packageList(files.get(name) ?? "");
    return { debian: list("debian.txt"), python: list("python.txt") };
  } finally {
    await engine.remove(id);
  }
}

function neverStarted(image: string): ContainerSpec {
  return {
    name: `countersign-contents-${randomUUID().slice(0, 8)}`,
    image,
    labels: { [LABEL]: "contents" },
    environment: {},
    network: "none",
    user: "1000:1000",
    readOnlyRoot: true,
    memoryBytes: 64 * 1024 * 1024,
    cpus: 1,
    processes: 1,
    tmpfs: {},
    mounts: [],
  };
}

/** Texts of an archive's files, by their names without folders. */
async function filesIn(archive: Readable): Promise<ReadonlyMap<string, string>> {
  const entries = extract();
  archive.on("error", (error: Error) => entries.destroy(error));
  archive.pipe(entries);
  const files = new Map<string, string>();
  for await (const entry of entries) files.set(entry.header.name.replace(/^.*\//, ""), await text(entry));
  return files;
}

function baseImageGone(name: string): CountersignError {
  return new CountersignError("build-failed", {
    message: `The image ${name} was removed while an image was built from it.`,
    kept: "Finished build steps are kept: the next build goes on from there.",
    next: "Build again.",
  });
}
