import type { Apt } from "../apt.ts";
import { output } from "../commands.ts";
import type { Part } from "../parts.ts";

/** Debian splits what `python3 -m venv` needs from Python itself. */
export function python(apt: Apt): Part {
  return {
    name: "Python with venv",
    neededFor: "integration tests of the local method and of Jupyter servers",
    byHand: "install python3, python3-venv and openssl",
    ready: () => Promise.resolve(hasVenv() && output("openssl", ["version"]) !== undefined),
    ensure: (say) => apt.install(["python3", "python3-venv", "openssl"], say),
  };
}

function hasVenv(): boolean {
  return output("python3", ["-c", "import venv, ensurepip"]) !== undefined;
}
