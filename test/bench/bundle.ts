import { output } from "../machine/commands.ts";
import { BUNDLE_LIMITS, type BundleFigures } from "../machine/bundle-gate.ts";
import type { Bench } from "./bench.ts";
import { atMost, toRow, type Row } from "./rows.ts";

/** Size and load time of a minified build, measured by the bundle gate of `npm run check`. */
export const bundle: Bench = {
  run: () => {
    const figures = output(process.execPath, ["esbuild.config.mjs", "--figures"]);
    if (figures === undefined)
      return Promise.reject(new Error("the extension does not build: npm run build"));
    return Promise.resolve(toRows(JSON.parse(figures) as BundleFigures));
  },
};

function toRows({ extensionBytes, packedBytes, loadMs }: BundleFigures): readonly Row[] {
  const { extensionBytes: extension, packedBytes: packed, loadMs: load } = BUNDLE_LIMITS;
  const kilobytes = { name: "bundle-extension", unit: "KB", ours: [extensionBytes / 1e3] };
  const megabytes = { name: "bundle-vsix", unit: "MB", ours: [packedBytes / 1e6] };
  return [
    toRow({ ...kilobytes, goal: atMost(extension / 1e3, "KB") }),
    toRow({ ...megabytes, goal: atMost(packed / 1e6, "MB") }),
    toRow({ name: "bundle-load", unit: "ms", ours: loadMs, goal: atMost(load, "ms") }),
  ];
}
