import type { ActionKind } from "../approval/action-kind.ts";
import type { Claim } from "../approval/claim.ts";
import { Emitter, type Disposable, type Event } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { ImagePackagesKind } from "./image-packages-kind.ts";
import { packageOf, type ImagePackagesAction, type PinnedPackage } from "./packages.ts";

interface Row {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What a workspace's image has beside the packages that every image has, in its database. */
export class ImagePackages implements Disposable {
  readonly kind: ActionKind<ImagePackagesAction, readonly PinnedPackage[]>;
  private readonly database: Database;
  private readonly changed = new Emitter<void>();

  constructor(database: Database) {
    this.database = database;
    this.kind = new ImagePackagesKind((action, claim) => this.store(action, claim));
  }

  /** Something was added or removed here. */
  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** By name. */
  all(): readonly PinnedPackage[] {
    return this.database.all<Row>("SELECT name, version, sha256 FROM image_packages ORDER BY name");
  }

  /** Those that a person asked for. */
  wanted(): readonly PinnedPackage[] {
    const sql = "SELECT name, version, sha256 FROM image_packages WHERE wanted = 1 ORDER BY name";
    return this.database.all<Row>(sql);
  }

  /** The image is then the one that every workspace has. */
  removeAll(): void {
    this.database.run("DELETE FROM image_packages");
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** `started` and the packages are one transaction: after a crash there are both or neither. */
  private store(action: ImagePackagesAction, claim: Claim): readonly PinnedPackage[] {
    const asked = new Set(action.wanted.map(packageOf));
    this.database.immediate(() => {
      claim.start();
      for (const { name, version, sha256 } of action.packages) {
        this.database.run(
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
