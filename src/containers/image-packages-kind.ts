import type { ActionKind } from "../approval/action-kind.ts";
import type { Assessment } from "../approval/assessment.ts";
import type { Claim } from "../approval/claim.ts";
import {
  IMAGE_PACKAGES,
  IMAGE_PACKAGES_VERSION,
  packageOf,
  parseRequirements,
  requirementsText,
  type ImagePackagesAction,
  type PinnedPackage,
} from "./packages.ts";

/** Adding packages to a workspace's image, as an action that needs approval: exactly these wheels, by their hashes. */
export class ImagePackagesKind implements ActionKind<ImagePackagesAction, readonly PinnedPackage[]> {
  readonly kind = IMAGE_PACKAGES;
  readonly version = IMAGE_PACKAGES_VERSION;
  private readonly store: (action: ImagePackagesAction, claim: Claim) => Promise<readonly PinnedPackage[]>;

  constructor(store: (action: ImagePackagesAction, claim: Claim) => Promise<readonly PinnedPackage[]>) {
    this.store = store;
  }

  parse(payload: unknown): ImagePackagesAction {
    const { wanted, packages } = (payload ?? {}) as Record<string, unknown>;
    if (!Array.isArray(wanted) || !wanted.every((one) => typeof one === "string") || !Array.isArray(packages))
      throw new TypeError("packages for an image are names and pinned wheels");
    // Read back as pip will read them: nothing else can stand in a line.
    return { wanted, packages: parseRequirements(requirementsText(packages as PinnedPackage[])) };
  }

  assess({ wanted, packages }: ImagePackagesAction): Promise<Assessment> {
    const effects = packages.map(({ name, version }) => ({
      kind: "native" as const,
      target: `${name} ${version}`,
      ordinary: false,
      summary: `installs ${name} ${version}`,
    }));
    return Promise.resolve({
      effects,
      findings: [],
      isolation: {
        level: "none",
        networks: ["the package index, while the image is built"],
        summary:
          "The image of this workspace's sandboxes is built anew with these wheels, none of which runs anything while it is installed. Code that runs in a sandbox can import them.",
      },
      summary: summaryOf(wanted, packages),
      ...(packages.length === 0 ? { refusal: "There is nothing to add." } : {}),
    });
  }

  text({ packages }: ImagePackagesAction): string {
    return requirementsText(packages);
  }

  amend(action: ImagePackagesAction, text: string): ImagePackagesAction {
    return { ...action, packages: parseRequirements(text) };
  }

  observe(action: ImagePackagesAction): Promise<ImagePackagesAction> {
    return Promise.resolve(action);
  }

  async perform(
    action: ImagePackagesAction,
    claim: Claim,
    signal: AbortSignal,
  ): Promise<readonly PinnedPackage[]> {
    signal.throwIfAborted();
    return await this.store(action, claim);
  }
}

function summaryOf(wanted: readonly string[], packages: readonly PinnedPackage[]): string {
  const asked = new Set(wanted.map(packageOf));
  const named = packages
    .filter(({ name }) => asked.has(name))
    .map(({ name, version }) => `${name} ${version}`);
  const others = packages.length - named.length;
  const more = others === 0 ? "" : ` and ${others} ${others === 1 ? "package" : "packages"} that this needs`;
  return `adds ${named.join(", ")}${more} to the image`;
}
