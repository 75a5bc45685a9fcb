import { must, output, pinnedEnvironment } from "./commands.ts";

/** Debian's packages, where we may install them: as root, with apt. */
export class Apt {
  private updated = false;

  /** @throws in one sentence where this is not ours to do. */
  async install(packages: readonly string[], say: (line: string) => void): Promise<void> {
    if (process.getuid?.() !== 0) throw new Error("installing it needs root");
    if (output("apt-get", ["--version"]) === undefined) throw new Error("there is no apt on this machine");
    const environment = { ...pinnedEnvironment(), DEBIAN_FRONTEND: "noninteractive" };
    if (!this.updated) {
      say("reading Debian's package lists");
      await must("apt-get", ["update"], { environment });
      this.updated = true;
    }
    say(`installing ${packages.join(", ")}`);
    await must("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { environment });
  }
}
