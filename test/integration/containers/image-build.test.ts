import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuildSpec } from "../../../src/containers/engine.ts";
import { BASE_IMAGE, EngineUnderTest, never } from "./engine-under-test.ts";

let test: EngineUnderTest;

beforeAll(async () => (test = await EngineUnderTest.find()));
afterAll(() => test.cleanUp());

function build(dockerfile: string, over: Partial<BuildSpec> = {}): BuildSpec {
  return {
    tag: `countersign/${test.name()}:1`,
    context: { Dockerfile: Buffer.from(`FROM ${BASE_IMAGE}\n${dockerfile}\n`), ...over.context },
    labels: test.labels,
    buildArguments: over.buildArguments ?? {},
    network: "host",
  };
}

/** Unique text, so that no step comes from the engine's cache. */
const fresh = (): string => `${test.run}-${process.hrtime.bigint()}`;

describe("a build", () => {
  it("gives an image with our labels, and its log line by line while it runs", async () => {
    const heard: string[] = [];
    const context = { "sub/file.txt": Buffer.from("from the context") };
    const spec = build('ARG WORD\nCOPY sub /sub\nRUN cat /sub/file.txt && echo " $WORD"', {
      context,
      buildArguments: { WORD: fresh() },
    });
    const image = await test.engine.build(spec, (line) => heard.push(line), never);
    expect(heard).toContain(`from the context ${spec.buildArguments.WORD ?? ""}`);
    expect(heard[0]).toMatch(/^Step 1\//);
    expect(image.labels).toEqual(test.labels);
    expect(await test.engine.images(test.label)).toContainEqual(expect.objectContaining({ id: image.id }));
  });

  it("that fails shows the last lines of its log", async () => {
    // Two steps: within one, the engine does not settle which of the two streams is read last.
    const printing = `RUN for i in $(seq 40); do echo ${fresh()} line $i; done`;
    const spec = build(`${printing}\nRUN echo the reason >&2; exit 9`);
    const failure = await test.engine.build(spec, () => undefined, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "build-failed",
      message: expect.stringMatching(/returned a non-zero code: 9[^]*line 40\n[^]*the reason/) as string,
    });
    expect(await test.engine.image(spec.tag)).toBeUndefined();
  });

  it("of a base image that nobody has fails by name", async () => {
    const spec = build("");
    const context = { Dockerfile: Buffer.from(`FROM countersign.invalid/none:${test.run}\n`) };
    await expect(test.engine.build({ ...spec, context }, () => undefined, never)).rejects.toMatchObject({
      code: expect.stringMatching(/^(build-failed|engine-failed)$/) as string,
    });
  });

  it("that is cancelled stops in the engine too", async () => {
    const stop = new AbortController();
    const mark = fresh();
    const spec = build(`RUN echo begun ${mark} && sleep 300`);
    const hear = (line: string): void => {
      if (line === `begun ${mark}`) stop.abort();
    };
    await expect(test.engine.build(spec, hear, stop.signal)).rejects.toMatchObject({ code: "cancelled" });
    await expect.poll(() => building(mark), { timeout: 30_000 }).toBe(false);
    expect(await test.engine.image(spec.tag)).toBeUndefined();
  });
});

/** Whether a build step of this mark still runs: the classic builder runs each in a container. */
async function building(mark: string): Promise<boolean> {
  const { default: Docker } = await import("dockerode");
  const all = await new Docker().listContainers();
  return all.some((container) => container.Command.includes(mark));
}
