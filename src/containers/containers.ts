import type { Disposable, Event } from "../host.ts";
import type { PinnedPackage } from "./packages.ts";
import type { ContainerInfo, Engine, ImageInfo } from "./engine.ts";

/** A service as the Containers view shows it. */
export interface ServiceStatus {
  /** Hierarchical name: `framework.jupyter`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly image: ImageStatus;
  readonly containers: readonly ContainerInfo[];
}

/** `recipe` is a SHA-256 in hexadecimal: of the rendered build context, or the id of an existing image that the user named (empty where it is missing). */
export type ImageStatus =
  | { readonly state: "missing"; readonly tag: string; readonly recipe: string }
  | { readonly state: "building"; readonly tag: string; readonly recipe: string; readonly lastLine: string }
  | { readonly state: "built"; readonly tag: string; readonly recipe: string; readonly image: ImageInfo };

/** The containers' face: engine, services, images. */
export interface Containers extends Disposable {
  /** The engine that answers. @throws `engine-missing` */
  engine(): Promise<Engine>;
  /**
   * Is it there already? Renders the template, asks the engine.
   * @param own an existing image to use in place of the one that is configured for all; null for that one
   * @throws `image-missing` where the user named an image that is not there
   */
  sandboxImage(own: string | null): Promise<ImageStatus>;
  /** The sandbox image, built first where it is missing; concurrent callers share one build. `onLine` hears the build log. */
  ensureSandboxImage(
    own: string | null,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ImageInfo>;
  /** The control gateway's image, built first where it is missing, as the sandboxes' is. */
  ensureGatewayImage(onLine: (line: string) => void, signal: AbortSignal): Promise<ImageInfo>;
  /** What the workspace's image has beside its own packages. */
  addedPackages(): readonly PinnedPackage[];
  /**
   * The wheels that would have to be added to the sandboxes' image for these packages; nothing is added.
   * @param wanted requirements as people write them: `scipy`, `scikit-learn>=1.5`
   * @throws `input-refused`, `packages-not-found`, `cancelled`
   */
  resolvePackages(
    wanted: readonly string[],
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<readonly PinnedPackage[]>;
  services(): Promise<readonly ServiceStatus[]>;
  /** Kills a container of ours; it stays, with its log, until its owner has looked at it. @throws `input-refused` for others' */
  stop(containerId: string): Promise<void>;
  /** Follows a container's log from its last 1,000 lines on, until the container ends. @throws `cancelled` */
  logs(containerId: string, onText: (text: string) => void, signal: AbortSignal): Promise<void>;
  /** Removes an image that was built here; it is built again when it is needed. @throws `input-refused` for others' */
  removeImage(imageId: string): Promise<void>;
  /** Something of ours changed in the engine, or in a build; heard only while somebody listens. */
  readonly onDidChange: Event<void>;
}
