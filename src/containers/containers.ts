import type { Disposable, Event } from "../host.ts";
import type { ContainerInfo, Engine, ImageInfo } from "./engine.ts";

/** A service as the Containers view shows it. */
export interface ServiceStatus {
  /** Hierarchical name: `framework.jupyter`. */
  readonly name: string;
  readonly image: ImageStatus;
  readonly containers: readonly ContainerInfo[];
}

export type ImageStatus =
  | { readonly state: "missing"; readonly tag: string; readonly recipe: string }
  | { readonly state: "building"; readonly tag: string; readonly recipe: string; readonly lastLine: string }
  | { readonly state: "built"; readonly tag: string; readonly recipe: string; readonly image: ImageInfo };

/** The containers' face: engine, services, images. */
export interface Containers extends Disposable {
  /** The engine that answers. @throws `engine-missing` */
  engine(): Promise<Engine>;
  /** Is it there already? Renders the template, asks the engine. */
  sandboxImage(): Promise<ImageStatus>;
  /** The sandbox image, built first where it is missing; concurrent callers share one build. `onLine` hears the build log. */
  ensureSandboxImage(onLine: (line: string) => void, signal: AbortSignal): Promise<ImageInfo>;
  services(): Promise<readonly ServiceStatus[]>;
  readonly onDidChange: Event<void>;
}
