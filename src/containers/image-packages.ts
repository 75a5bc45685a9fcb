import { randomUUID } from "node:crypto";
import type { ActionKind } from "../approval/action-kind.ts";
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
}

interface Parts {
  readonly database: Database;
  readonly approvals: Approvals;
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
    return this.parts.database.all<Row>("SELECT name, version, sha256 FROM image_packages ORDER BY name");
  }

  /** Those that a person asked for. */
  wanted(): readonly PinnedPackage[] {
    const sql = "SELECT name, version, sha256 FROM image_packages WHERE wanted = 1 ORDER BY name";
    return this.parts.database.all<Row>(sql);
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
  removeAll(): void {
    this.parts.database.run("DELETE FROM image_packages");
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** `started` and the packages are one transaction: after a crash there are both or neither. */
  private store(action: ImagePackagesAction, claim: Claim): readonly PinnedPackage[] {
    const asked = new Set(action.wanted.map(packageOf));
    const { database } = this.parts;
    database.immediate(() => {
      claim.start();
      for (const { name, version, sha256 } of action.packages) {
        database.run(
          `INSERT INTO image_packages (name, version, sha256, wanted, request_id) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256,
             wanted = max(wanted, excluded.wanted), request_id = excluded.request_id`,
          ...[name, version, sha256, asked.has(name) ? 1 : 0, claim.requestId],
        );
      }
    });
    this.changed.fire();
    return action.packages;
  }
}
