import type { Claim } from "../../approval/claim.ts";
import type { Noted } from "../../approval/outcome.ts";
import type { ImageContents } from "../../containers/image-contents.ts";
import type { Disposable } from "../../host.ts";
import type { ControlAccess } from "../control/control-access.ts";
import type { PutRecord } from "../control/control-gateway.ts";
import type { Output, RunLimits } from "../python-run.ts";
import type { StagedEntry } from "../runs/archive.ts";
import type { Collector } from "../runs/collector.ts";

/** Serves one run and nothing else, then is gone. Whoever holds one disposes it, whatever happened. */
export interface Sandbox extends Disposable {
  /** For `run.json`: which container, or which process. */
  readonly identity: Readonly<Record<string, string>>;
  /** What its image was made of; absent where it has none, or one that we did not build. */
  readonly image?: ImageContents | undefined;
  /** False once the kernel or the way to it is gone. */
  readonly alive: boolean;
  /** What the run put into a control system, once it is collected; absent where it reached none, or where nobody can tell. */
  readonly putRecord?: PutRecord | undefined;
  /**
   * Makes it this request's, and checks that what was made is what was approved.
   * @throws `claim-lost` where another process holds this request, `sandbox-differs`
   */
  adopt(claim: Claim): Promise<void>;
  /** Puts files and links into the working folder. */
  stage(entries: readonly StagedEntry[]): Promise<void>;
  /**
   * Starts the claim, then sends the code as the one request. After `seconds` the sandbox ends itself, also where
   * this process does not live to see it.
   * @throws `claim-lost`; KernelLost, before the start when the kernel is not there and from the iteration later
   */
  run(code: string, claim: Claim, seconds: number, noted: Noted): Promise<AsyncIterable<Output>>;
  interrupt(): Promise<void>;
  /** Ends the iteration of its output with this error, after what has already come. */
  abandon(reason: Error): void;
  /** Lets go of it: what runs in it goes on within its limits, and disposing this one ends nothing any more. */
  detach?(): void;
  /** Why the kernel is gone: asks the engine, not the kernel. */
  postMortem(): Promise<"out-of-memory" | "kernel-died" | "engine-stopped" | "gateway-unreachable">;
  /** Stops everything that runs in it, hands over the working folder and ends it; resolves when all of it is dead. */
  collect(collector: Collector): Promise<void>;
}

/** Everything that decides what a sandbox is: two with the same key are interchangeable. */
export interface SandboxSpec {
  readonly image: string;
  readonly kernelName: string;
  readonly dataFolders: readonly DataFolder[];
  readonly limits: RunLimits;
  readonly environment: Readonly<Record<string, string>>;
  /** Internal networks that it joins when it is claimed. */
  readonly networks: readonly string[];
  /** The control system that it reaches once it is claimed. */
  readonly control: ControlAccess | null;
}

/** A folder of the workspace that a sandbox may read. */
export interface DataFolder {
  /** As configuration names it, normalised: relative to the workspace, forward slashes. */
  readonly name: string;
  readonly realPath: string;
  /** Device, inode and time of birth: a folder that was replaced is another folder, which a mount would not show. */
  readonly identity: string;
}

/** The seconds of a limit do not shape a sandbox. */
export function specKey(spec: SandboxSpec): string {
  const { memoryMb, cpus, processes, workingFolderMb, outputMb } = spec.limits;
  const limits = [memoryMb, cpus, processes, workingFolderMb, outputMb];
  const { image, kernelName, dataFolders, environment, networks, control } = spec;
  return JSON.stringify([image, kernelName, dataFolders, limits, environment, networks, control]);
}
