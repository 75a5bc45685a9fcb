import { stat } from "node:fs/promises";
import type { RecipeSettings, ServiceRecipe } from "./service-recipe.ts";
import { serviceRecipe } from "./service-recipe.ts";

/** Renders a service once for each settings; what comes with the extension does not change while it runs. */
export class RecipeCache {
  private readonly folder: string;
  private key: string | undefined;
  private rendered: Promise<ServiceRecipe> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The recipe for these settings. @throws as `serviceRecipe` does */
  async current(settings: RecipeSettings, signal: AbortSignal): Promise<ServiceRecipe> {
    const key = JSON.stringify([
      settings.extraCaFile,
      await changedAt(settings.extraCaFile),
      Object.keys(settings.buildArguments).sort(),
      settings.packages,
    ]);
    if (this.key === key && this.rendered) return this.rendered;
    const rendered = serviceRecipe(this.folder, settings, signal);
    this.key = key;
    this.rendered = rendered;
    rendered.catch(() => this.forget(rendered));
    return rendered;
  }

  private forget(failed: Promise<ServiceRecipe>): void {
    if (this.rendered === failed) this.rendered = undefined;
  }
}

async function changedAt(file: string | null): Promise<number | null> {
  if (file === null) return null;
  return stat(file).then(
    (found) => found.mtimeMs,
    () => null,
  );
}
