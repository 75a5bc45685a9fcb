import { unwatchFile, watchFile, type StatsListener } from "node:fs";
import type { Disposable, Log } from "../host.ts";

/** Milliseconds between looks. Looking is all that works for files that are not there yet, or lie on a network. */
const LOOK_EVERY = 1_000;

/** Tells when one of the files that configuration comes from is written, made or removed, whoever does that. */
export class ConfigurationWatch implements Disposable {
  private readonly files: readonly string[];
  private readonly heard: StatsListener;

  /** @param changed What it throws is logged: at the next claim the files are read again anyway. */
  constructor(files: readonly string[], changed: () => Promise<void>, log: Log, every = LOOK_EVERY) {
    this.files = files;
    this.heard = (now, before) => {
      if (now.mtimeMs === before.mtimeMs && now.ctimeMs === before.ctimeMs && now.ino === before.ino) return;
      changed().catch((error: unknown) => log.warn("The configuration could not be read again", error));
    };
    for (const file of files) watchFile(file, { interval: every, persistent: false }, this.heard);
  }

  dispose(): void {
    for (const file of this.files) unwatchFile(file, this.heard);
  }
}
