import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { DOMAINS } from "../../../../src/python/analysis/knowledge-domains.ts";
import { Knowledge } from "../../../../src/python/analysis/knowledge.ts";

const folder = fileURLToPath(new URL("../../../../src/python/analysis/knowledge", import.meta.url));
const read = (file: string): unknown => JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".json") && file !== "domain.schema.json",
);

describe("the knowledge files", () => {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(read("domain.schema.json") as object);

  it.each(files)("%s keeps to the schema", (file) => {
    validate(read(file));
    expect(validate.errors ?? []).toEqual([]);
  });

  it("are all loaded", () => {
    const named = files.map((file) => (read(file) as { domain: string }).domain).sort();
    expect(DOMAINS.map(({ domain }) => domain).sort()).toEqual(named);
  });
});

describe("Knowledge", () => {
  const knowledge = new Knowledge(DOMAINS);
  const does = (path: string) => knowledge.find(path)?.entry.does;

  it("follows aliases of modules and of their members", () => {
    expect(knowledge.find("posix.system")?.path).toBe("os.system");
    expect(knowledge.find("matplotlib.pyplot.cm.viridis")?.path).toBe("matplotlib.cm.viridis");
  });

  it("tells names that only compute from names it does not know", () => {
    expect(knowledge.find("numpy.mean")?.entry).toEqual({});
    expect(knowledge.find("numpy.backdoor")).toBeUndefined();
  });

  it("does not take a module that leaks through a package for one of its names", () => {
    expect(knowledge.find("sympy.simplify")).toBeDefined();
    expect(knowledge.find("sympy.os")).toBeUndefined();
    expect(knowledge.find("sympy._private")).toBeUndefined();
  });

  it("finds what a module took from others where it comes from", () => {
    expect(knowledge.find("pylab.linspace")?.path).toBe("numpy.linspace");
    expect(knowledge.exports("pylab", "loadtxt")?.path).toBe("numpy.loadtxt");
    expect(knowledge.exports("pylab", "savefig")?.path).toBe("matplotlib.pyplot.savefig");
    expect(knowledge.find("matplotlib.pylab.os")).toBeUndefined();
  });

  it("covers packages of which everything acts", () => {
    expect(does("ctypes.cdll.LoadLibrary")).toEqual(["native"]);
    expect(does("boto3.session.Session")).toEqual(["network"]);
  });

  it("looks methods up through base types", () => {
    expect(knowledge.member("ophyd.EpicsMotor", "move")?.path).toBe("ophyd.Device.move");
    expect(knowledge.member("epics.PV", "nothing")).toBeUndefined();
  });

  it("knows the standard library's modules by name", () => {
    expect(knowledge.isStandardLibrary("nntplib")).toBe(true);
    expect(knowledge.isStandardLibrary("numpy")).toBe(false);
  });
});
