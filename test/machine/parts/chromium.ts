import { chromiumPath } from "../../host/chromium.ts";
import type { Apt } from "../apt.ts";
import type { Part } from "../parts.ts";

export function chromium(apt: Apt): Part {
  return {
    name: "Chromium",
    neededFor: "host and end-to-end tests",
    byHand: "install chromium, or set CHROMIUM to its path",
    ready: () => Promise.resolve(chromiumPath() !== undefined),
    ensure: (say) => apt.install(["chromium"], say),
  };
}
