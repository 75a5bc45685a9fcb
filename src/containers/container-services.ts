import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Configuration } from "../config/configuration.ts";
import { CountersignError } from "../errors.ts";
import type { Disposable, Event, Log } from "../host.ts";
import type { Containers, ImageStatus, ServiceStatus } from "./containers.ts";
import { DockerEngine } from "./docker-engine.ts";
import type { Environment } from "./engine-discovery.ts";
import { findEngine } from "./engine-discovery.ts";
import type { Engine, ImageInfo } from "./engine.ts";
import { LABEL } from "./engine.ts";
import { ListenedEmitter } from "./listened-emitter.ts";
import { readSeccompProfile } from "./seccomp-profile.ts";
import { pinnedVersions, resolvePackages } from "./package-resolver.ts";
import { requirementsText, type PinnedPackage } from "./packages.ts";
import { RecipeCache } from "./recipe-cache.ts";
import { serviceRecipe, type ServiceRecipe } from "./service-recipe.ts";
import { SharedBuild } from "./shared-build.ts";

export interface ContainerServicesParts {
  /** The configuration in force, asked for anew each time. */
  readonly configuration: () => Configuration;
  /** Absolute path of `media/`. */
  readonly mediaDir: string;
  /** What the workspace's image has beside its own packages. */
  readonly packages: () => readonly PinnedPackage[];
  readonly log: Log;
  /** The door's environment variables. */
  readonly environment: Environment;
}

/** The label that says which rendered build context an image was built from. */
export const RECIPE_LABEL = "dev.countersign.recipe";

const LINES_OF_LOG = 1_000;

/** The engine of this machine, the image of the sandboxes, and what runs. */
export class ContainerServices implements Containers {
  readonly onDidChange: Event<void>;
  private readonly parts: ContainerServicesParts;
  private readonly recipes: RecipeCache;
  private readonly gatewayRecipes: RecipeCache;
  private readonly builds = new Map<string, SharedBuild>();
  private readonly changes: ListenedEmitter<void>;
  private readonly disposed = new AbortController();
  private searching: Promise<Engine> | undefined;
  private found: Engine | undefined;
  private engineChanges: Disposable | undefined;
  private watched = false;

  constructor(parts: ContainerServicesParts) {
    this.parts = parts;
    this.recipes = new RecipeCache(join(parts.mediaDir, "services", "jupyter"));
    this.gatewayRecipes = new RecipeCache(join(parts.mediaDir, "services", "control_gateway"));
    this.changes = new ListenedEmitter(
      () => this.watch(),
      (error) => parts.log.error("A listener of container changes failed", error),
    );
    this.onDidChange = this.changes.event;
  }

  async engine(): Promise<Engine> {
    this.searching ??= this.search().finally(() => (this.searching = undefined));
    return this.searching;
  }

  async sandboxImage(own: string | null): Promise<ImageStatus> {
    const existing = own ?? this.parts.configuration().container.existingImage;
    const status = await this.imageStatus(await this.engine(), existing);
    if (existing !== null && status.state === "missing") throw imageMissing(existing);
    return status;
  }

  async ensureSandboxImage(
    own: string | null,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ImageInfo> {
    const status = await this.sandboxImage(own);
    if (status.state === "built") return status.image;
    return this.build(await this.recipe()).join(onLine, signal);
  }

  async ensureGatewayImage(onLine: (line: string) => void, signal: AbortSignal): Promise<ImageInfo> {
    const recipe = await this.gatewayRecipe();
    const status = await this.builtStatus(await this.engine(), recipe);
    if (status.state === "built") return status.image;
    return this.build(recipe).join(onLine, signal);
  }

  addedPackages(): readonly PinnedPackage[] {
    return this.parts.packages();
  }

  async resolvePackages(
    wanted: readonly string[],
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<readonly PinnedPackage[]> {
    const engine = await this.engine();
    const { container } = this.parts.configuration();
    const folder = join(this.parts.mediaDir, "services", "jupyter");
    const recipe = await serviceRecipe(folder, { ...container, packages: "" }, signal, "resolve");
    const own = Buffer.from(recipe.context["requirements.txt"] ?? "").toString("utf8");
    const { buildArguments, buildNetwork: network } = container;
    const resolution = { engine, recipe, buildArguments, network };
    const present = pinnedVersions(own, this.packagesText());
    return resolvePackages(resolution, wanted, present, onLine, signal);
  }

  /** The control gateway is one of them where a control system is configured. */
  async services(): Promise<readonly ServiceStatus[]> {
    const engine = await this.engine();
    const { container, execution } = this.parts.configuration();
    const image = () => this.imageStatus(engine, container.existingImage);
    const jupyter = this.service(engine, await this.recipe(), "sandbox", image);
    if (Object.keys(execution.gateways).length === 0) return [await jupyter];
    const recipe = await this.gatewayRecipe();
    const gateway = this.service(engine, recipe, "gateway", () => this.builtStatus(engine, recipe));
    return Promise.all([jupyter, gateway]);
  }

  async stop(containerId: string): Promise<void> {
    const engine = await this.engine();
    const container = await engine.inspect(containerId);
    if (!container) return;
    if (container.labels[LABEL] === undefined) throw notOurs(`The container ${container.name}`);
    await engine.kill(container.id);
  }

  async logs(containerId: string, onText: (text: string) => void, signal: AbortSignal): Promise<void> {
    const engine = await this.engine();
    const log = await engine.logs(containerId, { tail: LINES_OF_LOG, follow: true }, signal);
    const decoder = new StringDecoder("utf8");
    for await (const chunk of log as AsyncIterable<Buffer>) onText(decoder.write(chunk));
  }

  async removeImage(imageId: string): Promise<void> {
    const engine = await this.engine();
    const image = await engine.image(imageId);
    if (!image) return;
    if (image.labels[LABEL] !== "image") throw notOurs(`The image ${image.tags[0] ?? image.id}`);
    await engine.removeImage(imageId);
  }

  dispose(): void {
    this.disposed.abort();
    for (const build of this.builds.values()) build.abandon();
    this.changes.dispose();
    void this.found?.dispose();
  }

  private recipe(): Promise<ServiceRecipe> {
    const settings = { ...this.parts.configuration().container, packages: this.packagesText() };
    return this.recipes.current(settings, this.disposed.signal);
  }

  private packagesText(): string {
    return requirementsText(this.parts.packages());
  }

  private gatewayRecipe(): Promise<ServiceRecipe> {
    const settings = { ...this.parts.configuration().container, packages: "" };
    return this.gatewayRecipes.current(settings, this.disposed.signal);
  }

  /** What is built for a service, and its containers, which carry this value of our label. */
  private async service(
    engine: Engine,
    recipe: ServiceRecipe,
    label: string,
    status: () => Promise<ImageStatus>,
  ): Promise<ServiceStatus> {
    const { name, title, description } = recipe.service;
    const [image, containers] = await Promise.all([status(), engine.containers(`${LABEL}=${label}`)]);
    return { name, title, description, image, containers };
  }

  private async imageStatus(engine: Engine, existing: string | null): Promise<ImageStatus> {
    if (existing !== null) return existingStatus(existing, await engine.image(existing));
    return this.builtStatus(engine, await this.recipe());
  }

  private async builtStatus(engine: Engine, { tag, recipe }: ServiceRecipe): Promise<ImageStatus> {
    const build = this.builds.get(recipe);
    if (build) return { state: "building", tag, recipe, lastLine: build.lastLine };
    const image = await engine.image(tag);
    // A tag can be moved to another image; the label is part of the image.
    if (image?.labels[RECIPE_LABEL] === recipe) return { state: "built", tag, recipe, image };
    return { state: "missing", tag, recipe };
  }

  /** The build of this recipe that is under way, or a new one. */
  private build(recipe: ServiceRecipe): SharedBuild {
    const running = this.builds.get(recipe.recipe);
    if (running && !running.stopped) return running;
    const build: SharedBuild = new SharedBuild((onLine, signal) =>
      this.runBuild(recipe, onLine, signal).finally(() => this.forget(recipe, build)),
    );
    this.builds.set(recipe.recipe, build);
    this.changes.fire();
    return build;
  }

  private forget(recipe: ServiceRecipe, build: SharedBuild): void {
    if (this.builds.get(recipe.recipe) === build) this.builds.delete(recipe.recipe);
    this.changes.fire();
  }

  private async runBuild(
    recipe: ServiceRecipe,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ImageInfo> {
    const engine = await this.engine();
    // Another window, or a caller just before this one, may have built it meanwhile.
    const already = await engine.image(recipe.tag);
    if (already?.labels[RECIPE_LABEL] === recipe.recipe) return already;
    const { buildArguments, buildNetwork: network } = this.parts.configuration().container;
    const labels = { [RECIPE_LABEL]: recipe.recipe };
    const { buildRecorded } = await import("./recorded-build.ts");
    return buildRecorded(engine, recipe, { labels, buildArguments, network }, onLine, signal);
  }

  /** The engine found before, if it still answers; or else the one that answers now. */
  private async search(): Promise<Engine> {
    if (this.found && (await answers(this.found))) return this.found;
    const next = await findEngine(this.parts.environment, this.disposed.signal);
    if (this.found?.address.socket === next.address.socket) {
      next.agent.destroy();
      return this.found;
    }
    void this.found?.dispose();
    this.found = new DockerEngine(next, await readSeccompProfile(this.parts.mediaDir), this.parts.log);
    this.follow(this.found);
    return this.found;
  }

  private watch(): Disposable {
    this.watched = true;
    if (this.found) this.follow(this.found);
    else this.engine().catch((error: unknown) => this.parts.log.debug("No engine to watch", error));
    return { dispose: () => this.unwatch() };
  }

  private follow(engine: Engine): void {
    if (!this.watched) return;
    void this.engineChanges?.dispose();
    this.engineChanges = engine.onDidChange(() => this.changes.fire());
  }

  private unwatch(): void {
    this.watched = false;
    void this.engineChanges?.dispose();
    this.engineChanges = undefined;
  }
}

async function answers(engine: Engine): Promise<boolean> {
  return engine.ping(AbortSignal.timeout(5_000)).then(
    () => true,
    () => false,
  );
}

function existingStatus(tag: string, image: ImageInfo | undefined): ImageStatus {
  if (!image) return { state: "missing", tag, recipe: "" };
  return { state: "built", tag, recipe: image.id.replace(/^sha256:/, ""), image };
}

function imageMissing(name: string): CountersignError {
  return new CountersignError("image-missing", {
    message: `The container engine does not have the image ${name}.`,
    next: "Pull or build that image, or remove the setting that names it: Countersign then builds its own.",
  });
}

function notOurs(what: string): CountersignError {
  return new CountersignError("input-refused", {
    message: `${what} was not made by Countersign.`,
    next: "Use the container engine's own commands for it.",
  });
}
