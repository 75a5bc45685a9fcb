import { describe, expect, it, onTestFinished } from "vitest";
import type { Json } from "../../../src/approval/actions.ts";
import { ImagePackages } from "../../../src/containers/image-packages.ts";
import {
  IMAGE_PACKAGES,
  IMAGE_PACKAGES_VERSION,
  packageOf,
  packageOfModule,
  parseRequirements,
  requirementsText,
  type ImagePackagesAction,
} from "../../../src/containers/packages.ts";
import { bench, context, never, type Bench } from "../approval/support.ts";

const SCIPY = { name: "scipy", version: "1.14.1", sha256: "a".repeat(64) };
const POOCH = { name: "pooch", version: "1.8.2", sha256: "b".repeat(64) };
const ACTION: ImagePackagesAction = { wanted: ["SciPy>=1.14"], packages: [POOCH, SCIPY] };

describe("requirements", () => {
  it.each([
    ["scipy", "scipy"],
    ["Scikit_Learn >= 1.5", "scikit-learn"],
    ["dask[array]==2026.1.0", "dask"],
    ["a~=1.0,!=1.0.3", "a"],
  ])("%s names %s", (text, name) => {
    expect(packageOf(text)).toBe(name);
  });

  it.each(["", "-r x", "--index-url=https://x", "https://x/y.whl", "a @ https://x", "../a", "a;b", "a\nb c"])(
    "%j names none",
    (text) => {
      expect(packageOf(text)).toBeUndefined();
    },
  );

  it("are written and read the same, and nothing else is read", () => {
    expect(parseRequirements(requirementsText(ACTION.packages))).toEqual(ACTION.packages);
    expect(() => parseRequirements("scipy==1.14.1\n")).toThrow(/scipy==1\.14\.1.*no pinned requirement/);
    expect(() => parseRequirements("--index-url https://x\n")).toThrow();
  });

  it("are guessed from a module's name", () => {
    expect(["sklearn", "yaml", "scipy", "Some_Module"].map(packageOfModule)).toEqual([
      "scikit-learn",
      "pyyaml",
      "scipy",
      "some-module",
    ]);
  });
});

function adding(): { readonly window: Bench; readonly packages: ImagePackages } {
  const window = bench();
  const { database, inbox: approvals } = window;
  const containers = () => Promise.reject(new Error("there is no engine here"));
  const packages = new ImagePackages({ database, approvals, accepted: approvals.accepted, containers });
  onTestFinished(() => packages.dispose());
  window.inbox.register(packages.kind);
  return { window, packages };
}

async function ask(window: Bench, payload: ImagePackagesAction = ACTION) {
  const action = {
    kind: IMAGE_PACKAGES,
    version: IMAGE_PACKAGES_VERSION,
    subject: "Add scipy",
    payload: payload as unknown as Json,
  };
  return window.inbox.request(action, `packages ${payload.wanted.join()}`, context);
}

describe("an image's packages", () => {
  it("come in by approval and in no other way, once, and say what a person asked for", async () => {
    const { window, packages } = adding();
    const request = await ask(window);
    expect(request.assessment).toMatchObject({
      summary: "adds scipy 1.14.1 and 1 package that this needs to the image",
      effects: [
        { kind: "native", ordinary: false, summary: "installs pooch 1.8.2" },
        { kind: "native", ordinary: false, summary: "installs scipy 1.14.1" },
      ],
    });
    expect(packages.all()).toEqual([]);
    await window.approve(request.id);
    expect(await window.inbox.perform(request.id, never)).toMatchObject({ state: "finished" });
    await window.inbox.perform(request.id, never);
    expect(packages.all()).toEqual([POOCH, SCIPY]);
    expect(packages.wanted()).toEqual([SCIPY]);
    expect(window.types(request.id).filter((type) => type === "started")).toHaveLength(1);

    await packages.removeAll();
    expect(packages.all()).toEqual([]);
  });

  it("are not there after a rejection", async () => {
    const { window, packages } = adding();
    const request = await ask(window);
    await window.inbox.decline(request.id, { verdict: "reject" });
    expect(await window.inbox.perform(request.id, never)).toMatchObject({ state: "rejected" });
    expect(packages.all()).toEqual([]);
  });

  it("with nothing to add, or with what pip would read otherwise, cannot be asked for", async () => {
    const { window } = adding();
    expect((await ask(window, { wanted: ["numpy"], packages: [] })).state).toBe("refused");
    const injected = { ...SCIPY, version: "1 --index-url https://example.org" };
    await expect(ask(window, { wanted: ["x"], packages: [injected] })).rejects.toThrow();
  });
});
