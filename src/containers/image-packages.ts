import { randomUUID } from "node:crypto";
import type { ActionKind } from "../approval/action-kind.ts";
import type { Accepted } from "../approval/accepted.ts";
import type { Json } from "../approval/actions.ts";
import type { Approvals } from "../approval/approvals.ts";
import type { Claim } from "../approval/claim.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { RequestContext } from "../approval/request.ts";
import { Emitter, type Disposable, type Event } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { Containers } from "./containers.ts";
import { ImagePackagesKind } from "./image-packages-kind.ts";
import {
  IMAGE_PACKAGES,
  IMAGE_PACKAGES_VERSION,
  packageOf,
  type ImagePackagesAction,
  type PinnedPackage,
} from "./packages.ts";

interface Row {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly wanted: number;
}

interface Parts {
  readonly database: Database;
  readonly approvals: Approvals;
  readonly accepted: Accepted;
  readonly containers: () => Promise<Containers>;
}

/** What a workspace's image has beside the packages that every image has, in its database. */
export class ImagePackages implements Disposable {
  readonly kind: ActionKind<ImagePackagesAction, readonly PinnedPackage[]>;
  private readonly parts: Parts;
  private readonly changed = new Emitter<void>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.kind = new ImagePackagesKind((action, claim) => this.store(action, claim));
  }

  /** Something was added or removed here. */
  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** By name. */
  all(): readonly PinnedPackage[] {
    return this.stored().map(pinned);
  }

  /** Those that a person asked for. */
  wanted(): readonly PinnedPackage[] {
    return this.stored()
      .filter(({ wanted }) => wanted === 1)
      .map(pinned);
  }

  /** Only what a person approved goes into an image. */
  private stored(): readonly Row[] {
    const { database, accepted } = this.parts;
    const rows = database.all<Row>("SELECT name, version, sha256, wanted FROM image_packages ORDER BY name");
    return accepted.only(IMAGE_PACKAGES, rows, (row) => [row.name, digested(row)]);
  }

  /**
   * Finds the wheels that adding these packages takes, and files a request for exactly those.
   * @throws `input-refused`, `packages-not-found`, `engine-missing`, `cancelled`
   */
  async request(
    wanted: readonly string[],
    about: Pick<RequestContext, "analysisId" | "question">,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<RequestId> {
    const packages = await (await this.parts.containers()).resolvePackages(wanted, onLine, signal);
    const payload: ImagePackagesAction = { wanted, packages };
    const action = {
      kind: IMAGE_PACKAGES,
      version: IMAGE_PACKAGES_VERSION,
      subject: `Add ${wanted.join(", ")} to the image`,
      payload: payload as unknown as Json,
    };
    const context = { ...about, objective: "", expectedResults: "", model: "", attempt: 1 };
    return (await this.parts.approvals.request(action, `${IMAGE_PACKAGES}/${randomUUID()}`, context)).id;
  }

  /** The image is then the one that every workspace has. */
  async removeAll(): Promise<void> {
    const { database, accepted } = this.parts;
    const remove = (): void => {
      database.run("DELETE FROM image_packages");
      accepted.takeBack(IMAGE_PACKAGES);
    };
    await database.patiently(() => database.immediate(remove));
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** `started` and the packages are one transaction: after a crash there are both or neither. */
  private async store(action: ImagePackagesAction, claim: Claim): Promise<readonly PinnedPackage[]> {
    const asked = new Set(action.wanted.map(packageOf));
    const { database, accepted } = this.parts;
    const insert = (): void => {
      claim.start();
      const packages = action.packages.map((one) => [one.name, digested(one)] as const);
      accepted.add(IMAGE_PACKAGES, claim, new Map(packages));
      for (const { name, version, sha256 } of action.packages) {
        database.run(
          `INSERT INTO image_packages (name, version, sha256, wanted, request_id) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256,
             wanted = max(wanted, excluded.wanted), request_id = excluded.request_id`,
          ...[name, version, sha256, asked.has(name) ? 1 : 0, claim.requestId],
        );
      }
    };
    await database.patiently(() => database.immediate(insert));
    this.changed.fire();
    return action.packages;
  }
}

function pinned({ name, version, sha256 }: Row): PinnedPackage {
  return { name, version, sha256 };
}

function digested({ version, sha256 }: PinnedPackage): Json {
  return { version, sha256 };
}
