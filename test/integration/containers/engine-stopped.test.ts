import { EventEmitter, once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../../src/containers/engine.ts";
import { EngineUnderTest, never } from "./engine-under-test.ts";
import { OwnEngine } from "./own-engine.ts";

let own: OwnEngine;
let test: EngineUnderTest;
let engine: Engine;

beforeAll(async () => {
  own = await OwnEngine.start();
  test = await EngineUnderTest.find({ DOCKER_HOST: own.host });
  engine = test.engine;
});
afterAll(async () => {
  await test.cleanUp().finally(() => own.remove());
});

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no error",
    (error: unknown) => (error as { code?: unknown }).code,
  );

/** A build whose step is running: its log has said so. */
async function runningBuild(): Promise<{ code: Promise<unknown> }> {
  const lines = new EventEmitter();
  const dockerfile = Buffer.from("FROM debian:bookworm-slim\nRUN echo begun && sleep 600\n");
  const spec = {
    tag: `countersign/test:${test.run}`,
    context: { Dockerfile: dockerfile },
    labels: test.labels,
    buildArguments: {},
    network: "host" as const,
  };
  const begun = new Promise<void>((resolve) => lines.on("line", (line) => line === "begun" && resolve()));
  const code = codeOf(engine.build(spec, (line) => lines.emit("line", line), never));
  await begun;
  return { code };
}

describe("an engine that goes away", () => {
  it("breaks off everything under way by name, and works on when it is back", async () => {
    const id = await test.start();
    const exec = await engine.exec(id, ["cat"]);
    exec.write("typed");
    await once(exec, "data");
    const log = await engine.logs(id, { follow: true }, never);
    const build = await runningBuild();
    const changes = new EventEmitter();
    const listening = engine.onDidChange(() => void changes.emit("change"));
    await once(changes, "change");
    const underWay = [codeOf(engine.wait(id, never)), codeOf(text(log)), build.code];
    const execOver = once(exec.resume(), "close");
    const heard = once(changes, "change");

    await own.kill();

    expect(await Promise.all(underWay)).toEqual(["engine-stopped", "engine-stopped", "engine-stopped"]);
    await execOver;
    expect(await codeOf(engine.inspect(id))).toBe("engine-stopped");
    expect(await codeOf(engine.createContainer(test.spec(), never))).toBe("engine-stopped");
    expect(await codeOf(engine.exec(id, ["true"]))).toBe("engine-stopped");

    await own.startAgain();
    await heard;
    expect(await engine.inspect(id)).toMatchObject({ id, state: "exited" });
    expect(await engine.image("debian:bookworm-slim")).toBeDefined();
    await listening.dispose();
  });
});
