import { output } from "../machine/commands.ts";
import { BUNDLE_LIMITS, type BundleFigures, type Load } from "../machine/bundle-gate.ts";
import type { Bench } from "./bench.ts";
import { atMost, atMostTimes, toRow, type Row } from "./rows.ts";

interface Figures extends BundleFigures {
  readonly loads: readonly Load[];
}

/** Size of a minified build, as the gate of `npm run check` has it, and how long it loads beside Node's own modules. */
export const bundle: Bench = {
  run: () => {
    const figures = output(process.execPath, ["esbuild.config.mjs", "--figures"]);
    if (figures === undefined)
      return Promise.reject(new Error("the extension does not build: npm run build"));
    return Promise.resolve(toRows(JSON.parse(figures) as Figures));
  },
};

function toRows({ extensionBytes, packedBytes, loads }: Figures): readonly Row[] {
  const { extensionBytes: extension, packedBytes: packed } = BUNDLE_LIMITS;
  const kilobytes = { name: "bundle-extension", unit: "KB", ours: [extensionBytes / 1e3] };
  const megabytes = { name: "bundle-vsix", unit: "MB", ours: [packedBytes / 1e6] };
  const ours = loads.map((load) => load.extension);
  const peer = { name: "Node's own modules that it imports", values: loads.map((load) => load.builtins) };
  return [
    toRow({ ...kilobytes, goal: atMost(extension / 1e3, "KB") }),
    toRow({ ...megabytes, goal: atMost(packed / 1e6, "MB") }),
    toRow({ name: "bundle-load", unit: "ms", ours, peer, goal: atMostTimes(2) }),
  ];
}
