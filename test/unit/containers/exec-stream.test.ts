import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { ExecStream } from "../../../src/containers/exec-stream.ts";

const open: { destroy(): unknown }[] = [];

/** An engine's side of a hijacked connection, over a real socket. */
async function hijacked(): Promise<{ stream: ExecStream; engine: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const connection = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [engine] = (await once(server, "connection")) as [Socket];
  server.close();
  const stream = new ExecStream(connection);
  open.push(stream, engine);
  return { stream, engine };
}

function stdout(payload: Buffer): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

afterEach(() => open.splice(0).forEach((each) => each.destroy()));

describe("ExecStream", () => {
  it("reads stdout until the process ends, and closes stdin when it is ended", async () => {
    const { stream, engine } = await hijacked();
    const heard = buffer(engine);
    stream.end("typed");
    expect((await heard).toString()).toBe("typed");
    engine.end(stdout(Buffer.from("answered")));
    expect((await buffer(stream)).toString()).toBe("answered");
  });

  it("takes no more from the engine than is read", async () => {
    const { stream, engine } = await hijacked();
    const payload = randomBytes(64 * 1024 * 1024);
    engine.end(stdout(payload));
    await once(stream, "readable");
    for (let turn = 0; turn < 2_000; turn += 1) await setImmediate();
    expect(stream.readableLength).toBeLessThan(1024 * 1024);
    expect(engine.writableLength).toBeGreaterThan(32 * 1024 * 1024);
    expect((await buffer(stream)).equals(payload)).toBe(true);
  });

  it("fails with a reason where the connection breaks", async () => {
    const { stream, engine } = await hijacked();
    stream.resume();
    const failure = once(stream, "error");
    engine.resetAndDestroy();
    const [error] = (await failure) as [Error & { code: string }];
    expect(error.code).toBe("engine-stopped");
  });

  it("fails where the engine sends no frames", async () => {
    const { stream, engine } = await hijacked();
    stream.resume();
    const failure = once(stream, "error");
    engine.write("HTTP/1.1 500 Internal Server Error");
    const [error] = (await failure) as [Error & { code: string }];
    expect(error.code).toBe("engine-failed");
  });
});
