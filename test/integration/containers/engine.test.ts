import { createHash, randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import Docker from "dockerode";
import { extract, pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../../src/containers/engine.ts";
import { EngineUnderTest, never } from "./engine-under-test.ts";

let test: EngineUnderTest;
let engine: Engine;

beforeAll(async () => {
  test = await EngineUnderTest.find();
  engine = test.engine;
});
afterAll(() => test.cleanUp());

describe("a container of ours", () => {
  it("is given the limits and the hardening, as the engine itself reports them", async () => {
    const id = await test.start({ environment: { GREETING: "a b=c" }, workingDir: "/tmp" });
    expect(await engine.inspect(id)).toMatchObject({
      state: "running",
      labels: test.labels,
      networks: ["none"],
      memoryBytes: 64 * 1024 * 1024,
      cpus: 0.5,
      processes: 32,
      readOnlyRoot: true,
      capabilitiesDropped: ["ALL"],
      user: "1000:1000",
      privileged: false,
    });
    const raw = await new Docker().getContainer(id).inspect();
    expect(raw.HostConfig.MemorySwap).toBe(64 * 1024 * 1024);
    expect(raw.HostConfig.LogConfig).toEqual({
      Type: "json-file",
      Config: { "max-size": "1m", "max-file": "2" },
    });
    expect(raw.HostConfig.SecurityOpt).toContain("no-new-privileges");
    expect(raw.Config.Env).toContain("GREETING=a b=c");
  });

  it("has no capability, gains no privilege, and sees no network", async () => {
    const id = await test.start();
    const status = await test.shell(id, "cat /proc/self/status");
    expect(status).toMatch(/CapEff:\t0+\n/);
    expect(status).toMatch(/CapBnd:\t0+\n/);
    expect(status).toMatch(/NoNewPrivs:\t1\n/);
    const interfaces = await test.shell(id, "ls /sys/class/net");
    expect(interfaces.trim()).toBe("lo");
  });

  it("writes nowhere but in its scratch", async () => {
    const id = await test.start({ user: "0:0" });
    const attempts = await test.shell(
      id,
      "for f in /x /etc/x /usr/x /var/tmp/x /tmp/x; do (: > $f) 2>/dev/null && echo wrote $f || echo refused $f; done",
    );
    expect(attempts.trim().split("\n")).toEqual([
      "refused /x",
      "refused /etc/x",
      "refused /usr/x",
      "refused /var/tmp/x",
      "wrote /tmp/x",
    ]);
    expect(await test.shell(id, "head -c 9m /dev/zero > /tmp/full 2>&1; stat -c %s /tmp/full")).toContain(
      "8388608",
    );
  });

  it("cannot start more processes than it may", async () => {
    const id = await test.start();
    const refused = await test.shell(id, "for i in $(seq 100); do sleep 60 & done 2>&1; wait 2>&1 | head -1");
    expect(refused).toMatch(/fork/i);
  });

  it("is ended by the engine where it takes too much memory", async () => {
    const id = await test.start({
      command: ["sh", "-c", "head -c 300m /dev/zero | tail; exit 3"],
      processes: 8,
    });
    await engine.wait(id, AbortSignal.timeout(60_000));
    expect(await engine.inspect(id)).toMatchObject({ state: "exited", outOfMemory: true });
  });

  it("is found by its label, with how it ended", async () => {
    const id = await test.start({ command: ["sh", "-c", "exit 7"] });
    expect(await engine.wait(id, never)).toBe(7);
    const found = await engine.containers(test.label);
    expect(found.find((container) => container.id === id)).toMatchObject({ state: "exited", exitCode: 7 });
    expect(await engine.containers(`${test.label}-other`)).toEqual([]);
  });
});

describe("a process in a container", () => {
  it("takes and gives 20 MB of any bytes, unchanged", async () => {
    const id = await test.start();
    const sent = randomBytes(20 * 1024 * 1024);
    const stream = await engine.exec(id, ["cat"]);
    const received = buffer(stream);
    stream.end(sent);
    expect(
      createHash("sha256")
        .update(await received)
        .digest("hex"),
    ).toBe(createHash("sha256").update(sent).digest("hex"));
  });

  it("leaves stderr out, and ends the stream when it ends", async () => {
    const id = await test.start();
    expect(await test.shell(id, "echo out; echo err >&2; echo out again")).toBe("out\nout again\n");
  });

  it("is not started in a container that does not run", async () => {
    const id = await engine.createContainer(test.spec(), never);
    await expect(engine.exec(id, ["true"])).rejects.toMatchObject({ code: "engine-failed" });
  });

  it("ends with its container", async () => {
    const id = await test.start();
    const stream = await engine.exec(id, ["cat"]);
    stream.resume();
    const ended = once(stream, "end");
    await engine.kill(id);
    await ended;
    expect(stream.readableEnded).toBe(true);
  });
});

describe("a container's life", () => {
  it("is paused and killed, and the exit code says so", async () => {
    const id = await test.start();
    await engine.pause(id);
    expect(await engine.inspect(id)).toMatchObject({ state: "paused" });
    const waiting = engine.wait(id, never);
    await engine.kill(id);
    expect(await waiting).toBe(137);
    expect(await engine.inspect(id)).toMatchObject({ state: "exited", exitCode: 137 });
  });

  it("resumes after a pause", async () => {
    const id = await test.start();
    await engine.pause(id);
    await engine.unpause(id);
    expect(await engine.inspect(id)).toMatchObject({ state: "running" });
  });

  it("is over: killing and removing what is dead or gone is no error", async () => {
    const id = await test.start({ command: ["true"] });
    await engine.wait(id, never);
    await engine.kill(id);
    await Promise.all([engine.remove(id), engine.remove(id)]);
    await engine.kill(id);
    await engine.remove(id);
    expect(await engine.inspect(id)).toBeUndefined();
  });

  it("keeps names unique: a second rename to one name fails", async () => {
    const [first, second, name] = [await test.start(), await test.start(), test.name()];
    await engine.rename(first, name);
    await expect(engine.rename(second, name)).rejects.toMatchObject({ code: "engine-failed" });
    expect(await engine.inspect(first)).toMatchObject({ name });
  });

  it("is waited for no longer than wanted", async () => {
    const id = await test.start();
    const stop = new AbortController();
    const waiting = engine.wait(id, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  });

  it("is heard of: whoever listens hears that something of ours changed", async () => {
    const changes = new EventEmitter();
    const listening = engine.onDidChange(() => void changes.emit("change"));
    // The first one says that listening began.
    await once(changes, "change");
    const next = once(changes, "change");
    await test.start();
    await next;
    await listening.dispose();
  });

  it("is listed as over at the latest when listeners hear of its end", async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => test.start()));
    let looked = engine.containers(test.label);
    const listening = engine.onDidChange(() => {
      looked = engine.containers(test.label);
    });
    const states = async () => (await looked).filter(({ id }) => ids.includes(id)).map(({ state }) => state);
    await expect.poll(states).toEqual(ids.map(() => "running"));
    for (const id of ids) await engine.kill(id);
    await expect.poll(states, { timeout: 10_000 }).toEqual(ids.map(() => "exited"));
    void listening.dispose();
  });
});

describe("a container's log", () => {
  it("holds stdout and stderr in order, and its tail", async () => {
    const id = await test.start({
      command: ["sh", "-c", "printf '\\303\\244\\n'; sleep 0.3; echo 2 >&2; sleep 0.3; echo 3"],
    });
    await engine.wait(id, never);
    const whole = await text(await engine.logs(id, { follow: false }, never));
    expect(whole).toBe("ä\n2\n3\n");
    expect(await text(await engine.logs(id, { follow: false, tail: 1 }, never))).toBe("3\n");
  });

  it("is followed until the container ends", async () => {
    const id = await test.start({
      command: ["sh", "-c", "echo first; cat /dev/zero | head -c 1 >/dev/null; sleep 600"],
    });
    const log = await engine.logs(id, { follow: true }, never);
    const [chunk] = (await once(log, "data")) as [Buffer];
    expect(chunk.toString()).toBe("first\n");
    const ended = once(log, "end");
    await engine.kill(id);
    await ended;
    expect(log.readableEnded).toBe(true);
  });

  it("is followed no longer than wanted", async () => {
    const id = await test.start();
    const stop = new AbortController();
    const reading = text(await engine.logs(id, { follow: true }, stop.signal));
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("a working folder in memory", () => {
  const options = {
    type: "tmpfs",
    device: "tmpfs",
    o: "size=4m,nr_inodes=64,uid=1000,gid=1000,mode=0700,nosuid,nodev,noexec",
  };

  async function withVolume(): Promise<string> {
    const volume = test.name();
    await engine.createVolume(volume, options, test.labels);
    expect(await engine.volumes(test.label)).toContainEqual({ name: volume, labels: test.labels });
    return test.start({ mounts: [{ type: "volume", source: volume, target: "/work", readOnly: false }] });
  }

  function archive(files: Readonly<Record<string, Buffer>>): Readable {
    const packed = pack();
    for (const [name, content] of Object.entries(files))
      packed.entry({ name, uid: 1000, gid: 1000, mode: 0o600 }, content);
    packed.finalize();
    return Readable.from(packed);
  }

  it("is filled before, and read while the container is paused", async () => {
    const id = await withVolume();
    const content = randomBytes(1_000_000);
    await engine.putArchive(id, "/work", archive({ "data.bin": content }));
    await test.shell(id, "cp /work/data.bin /work/copy.bin; ln -s /etc/passwd /work/link");
    await engine.pause(id);
    const entries = new Map<string, { type: string; content: Buffer }>();
    const reader = (await engine.getArchive(id, "/work")).pipe(extract());
    for await (const entry of reader)
      entries.set(entry.header.name, { type: entry.header.type, content: await buffer(entry) });
    expect(entries.get("work/copy.bin")?.content.equals(content)).toBe(true);
    expect(entries.get("work/link")).toMatchObject({ type: "symlink" });
    expect(entries.get("work/link")?.content.length).toBe(0);
  });

  it("takes bytes as well as a stream", async () => {
    const id = await withVolume();
    const bytes = new Uint8Array(await buffer(archive({ "a.txt": Buffer.from("hello") })));
    await engine.putArchive(id, "/work", bytes);
    expect(await test.shell(id, "cat /work/a.txt")).toBe("hello");
  });

  it("is no larger than it may be, and says so", async () => {
    const id = await withVolume();
    const files = archive({ large: Buffer.alloc(6_000_000) });
    await expect(engine.putArchive(id, "/work", files)).rejects.toMatchObject({ code: "disk-full" });
    const inodes = "i=0; while (: > /work/f$i) 2>/dev/null; do i=$((i+1)); done; echo $i";
    expect(Number(await test.shell(id, inodes))).toBeLessThan(64);
    expect(await test.shell(id, "mount | grep ' /work '")).toMatch(/nosuid.*nodev.*noexec/);
  });

  it("fails by name where there is nothing to read", async () => {
    const id = await withVolume();
    await expect(engine.getArchive(id, "/work/none")).rejects.toMatchObject({ code: "engine-failed" });
  });
});

describe("the engine", () => {
  it("answers, and does not where it was cancelled", async () => {
    await engine.ping(never);
    await expect(engine.ping(AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
  });

  it("knows no image of a name that nobody used", async () => {
    expect(await engine.image(`countersign/none:${test.run}`)).toBeUndefined();
  });

  it("does not start what is cancelled already", async () => {
    await expect(engine.createContainer(test.spec(), AbortSignal.abort())).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
