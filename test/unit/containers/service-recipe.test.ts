import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RecipeSettings } from "../../../src/containers/service-recipe.ts";
import { serviceRecipe } from "../../../src/containers/service-recipe.ts";

const shipped = join(import.meta.dirname, "../../../media/services/jupyter");
const never = new AbortController().signal;
const plain: RecipeSettings = { extraCaFile: null, buildArguments: {}, packages: "" };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "service-recipe-"));
  await cp(shipped, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const recipeOf = (
  settings: RecipeSettings = plain,
): Promise<{ recipe: string; tag: string; dockerfile: string }> =>
  serviceRecipe(folder, settings, never).then(({ recipe, tag, context }) => ({
    recipe,
    tag,
    dockerfile: Buffer.from(context.Dockerfile ?? []).toString(),
  }));

describe("the recipe of the sandbox image", () => {
  it("is the same for the same files and settings, and part of the tag", async () => {
    const [first, second] = [await recipeOf(), await recipeOf()];
    expect(second).toEqual(first);
    expect(first.recipe).toMatch(/^[0-9a-f]{64}$/);
    expect(first.tag).toBe(`countersign/framework-jupyter:${first.recipe.slice(0, 16)}`);
  });

  it("changes with any file of the context", async () => {
    const { context, recipe } = await serviceRecipe(folder, plain, never);
    const recipes = new Set([recipe]);
    const files = Object.keys(context).map((file) => (file === "Dockerfile" ? "Dockerfile.njk" : file));
    for (const file of files) {
      const before = await readFile(join(folder, file));
      await writeFile(join(folder, file), Buffer.concat([before, Buffer.from("\n# changed\n")]));
      recipes.add((await recipeOf()).recipe);
      await writeFile(join(folder, file), before);
    }
    expect(recipes.size).toBe(files.length + 1);
    expect((await recipeOf()).recipe).toBe(recipe);
  });

  it("changes with a file added or renamed, and not with hidden files or Python's caches", async () => {
    const before = (await recipeOf()).recipe;
    await writeFile(join(folder, ".hidden"), "x");
    await cp(join(folder, "start.sh"), join(folder, "startup/__pycache__/x.pyc"));
    expect((await recipeOf()).recipe).toBe(before);
    await writeFile(join(folder, "startup/90-more.py"), "");
    expect((await recipeOf()).recipe).not.toBe(before);
  });

  it("changes with the bytes of the extra CA file, and says where it is used", async () => {
    const file = join(folder, ".ca.pem");
    const recipes: string[] = [];
    for (const content of ["one", "two"]) {
      await writeFile(file, content);
      const { recipe, dockerfile } = await recipeOf({ ...plain, extraCaFile: file });
      recipes.push(recipe);
      expect(dockerfile).toContain("PIP_CERT=/opt/build/extra-ca.pem");
    }
    expect(new Set([...recipes, (await recipeOf()).recipe]).size).toBe(3);
  });

  it("holds the names of build arguments and never their values", async () => {
    const settings = { ...plain, buildArguments: { PIP_INDEX_URL: "https://someone:secret@index.example/" } };
    const { context, recipe } = await serviceRecipe(folder, settings, never);
    const other = { ...plain, buildArguments: { PIP_INDEX_URL: "https://elsewhere.example/" } };
    expect((await recipeOf(other)).recipe).toBe(recipe);
    const everything = Buffer.concat(Object.values(context)).toString();
    expect(everything).toContain("ARG PIP_INDEX_URL");
    expect(everything).not.toContain("secret");
  });

  it("takes no build argument into the stage that becomes the image", async () => {
    const { dockerfile } = await recipeOf({ ...plain, buildArguments: { PIP_INDEX_URL: "x" } });
    const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    expect(last).not.toContain("ARG");
    expect(last).toContain("USER 1000:1000");
  });

  it("refuses what is no name of a build argument", async () => {
    const settings = { ...plain, buildArguments: { "A\nRUN touch /x": "1" } };
    await expect(recipeOf(settings)).rejects.toMatchObject({ code: "configuration-invalid" });
  });

  it("names an extra CA file that is not there", async () => {
    await expect(recipeOf({ ...plain, extraCaFile: join(folder, "none.pem") })).rejects.toMatchObject({
      code: "configuration-invalid",
    });
  });

  it("pins everything that is installed by hash", async () => {
    const requirements = await readFile(join(shipped, "requirements.txt"), "utf8");
    const pins = requirements.split("\n").filter((line) => /^[a-z]/.test(line));
    expect(pins.length).toBeGreaterThan(50);
    for (const pin of pins) expect(pin).toMatch(/^[a-z0-9-]+==\S+ \\$/);
    expect((await recipeOf()).dockerfile).toContain("--require-hashes");
  });
});
