import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { BuildSpec, Engine, ImageInfo } from "../../../src/containers/engine.ts";
import { contentsOf } from "../../../src/containers/image-contents.ts";
import { buildRecorded } from "../../../src/containers/recorded-build.ts";
import type { ServiceRecipe } from "../../../src/containers/service-recipe.ts";

const BASE = "debian:bookworm-slim";
const DIGEST = `debian@sha256:${"d".repeat(64)}`;
const DEBIAN = "base-files 12.4 amd64\nlibc6 2.36-9 amd64\n";
const RECIPE: ServiceRecipe = {
  service: { name: "framework.jupyter", title: "", description: "", image: "countersign/x", baseImage: BASE },
  recipe: sha256("recipe"),
  tag: "countersign/x:1",
  context: { Dockerfile: Buffer.from(`FROM ${BASE} AS python\nFROM python\n`) },
};

function image(id: string, labels: ImageInfo["labels"], digests: readonly string[] = []): ImageInfo {
  return { id, labels, digests, tags: [], bytes: 1 };
}

/** An engine that has the base image from the beginning, or pulls it when it builds from it. */
class FakeEngine {
  readonly built: BuildSpec[] = [];
  readonly removed: string[] = [];
  private base: ImageInfo | undefined;

  constructor(base: ImageInfo | undefined) {
    this.base = base;
  }

  image(name: string): Promise<ImageInfo | undefined> {
    return Promise.resolve(name === BASE ? this.base : undefined);
  }

  build(spec: BuildSpec): Promise<ImageInfo> {
    this.built.push(spec);
    this.base ??= image("sha256:pulled", {}, [DIGEST]);
    return Promise.resolve(image(`sha256:built-${this.built.length}`, spec.labels));
  }

  createContainer(): Promise<string> {
    return Promise.resolve("c1");
  }

  getArchive(): Promise<Readable> {
    const archive = pack();
    archive.entry({ name: "packages", type: "directory" });
    archive.entry({ name: "packages/debian.txt" }, DEBIAN);
    archive.entry({ name: "packages/python.txt" }, "numpy 2.4.0\n");
    archive.finalize();
    return Promise.resolve(archive as unknown as Readable);
  }

  remove(id: string): Promise<void> {
    this.removed.push(id);
    return Promise.resolve();
  }
}

async function built(engine: FakeEngine): Promise<ImageInfo> {
  const how = {
    labels: { recipe: RECIPE.recipe },
    buildArguments: { A: "secret" },
    network: "host",
  } as const;
  return buildRecorded(
    engine as unknown as Engine,
    RECIPE,
    how,
    () => undefined,
    new AbortController().signal,
  );
}

const dockerfile = (spec: BuildSpec | undefined): string =>
  String(Buffer.from(spec?.context.Dockerfile ?? ""));

it("starts from the very base image that it records, with the digest that a registry gave", async () => {
  const engine = new FakeEngine(image("sha256:base", {}, [DIGEST]));
  const made = await built(engine);
  expect(dockerfile(engine.built[0])).toBe("FROM sha256:base AS python\nFROM python\n");
  expect(contentsOf(made)).toEqual({
    base: { name: BASE, id: "sha256:base", digests: [DIGEST] },
    debian: { packages: ["base-files 12.4 amd64", "libc6 2.36-9 amd64"], sha256: sha256(DEBIAN) },
    python: { packages: ["numpy 2.4.0"], sha256: sha256("numpy 2.4.0\n") },
  });
});

it("records what the build pulled, and that what no registry gave has no digest", async () => {
  expect(contentsOf(await built(new FakeEngine(undefined)))?.base).toMatchObject({ id: "sha256:pulled" });
  const own = await built(new FakeEngine(image("sha256:own", {})));
  expect(contentsOf(own)?.base).toEqual({ name: BASE, id: "sha256:own", digests: [] });
});

it("has the recipe's label only once its contents are known, and leaves no container", async () => {
  const engine = new FakeEngine(undefined);
  const made = await built(engine);
  expect(engine.built.map(({ labels }) => labels.recipe)).toEqual([undefined, RECIPE.recipe]);
  expect(dockerfile(engine.built[1])).toBe("FROM sha256:built-1\n");
  expect(engine.built[1]?.buildArguments).toEqual({});
  expect(made.labels.recipe).toBe(RECIPE.recipe);
  expect(engine.removed).toEqual(["c1"]);
});

it("nothing is known of an image that we did not build", () => {
  expect(contentsOf(image("sha256:x", { maintainer: "somebody" }))).toBeUndefined();
});
