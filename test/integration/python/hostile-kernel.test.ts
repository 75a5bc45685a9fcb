import { existsSync } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LABEL } from "../../../src/containers/engine.ts";
import { dockerClient } from "../../machine/parts/container-engine.ts";
import { Laboratory, printed } from "./laboratory.ts";

const MEGABYTE = 1024 * 1024;
let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
});

afterAll(async () => {
  await lab.dispose();
});

const run = (code: string, seconds = 30) => lab.run(lab.container, code, { limits: { seconds } });

async function sandboxOf(requestId: string): Promise<string | undefined> {
  const containers = await (await lab.containers.engine()).containers(`${LABEL}=sandbox`);
  return containers.find(({ name }) => name === `countersign-run-${requestId}`)?.id;
}

it("code that forges its reply and works on is dead when the run counts as finished", async () => {
  const code = `
import threading, time
kernel = get_ipython().kernel
def work_on():
    n = 0
    while True:
        n += 1
        open("count.txt", "w").write(str(n))
        time.sleep(0.005)
threading.Thread(target=work_on, daemon=True).start()
time.sleep(0.1)
parent = kernel.get_parent("shell")
identities = getattr(kernel, "_parent_ident", {}).get("shell", [])
content = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
kernel.session.send(kernel.shell_stream, "execute_reply", content, parent=parent, ident=identities)
kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)
time.sleep(600)
`;
  const ended = await run(code, 20);
  // Told finished or stopped at its limit: in either case nothing of it lives on.
  expect(await sandboxOf(ended.requestId)).toBeUndefined();
  const out = join(ended.record!.folder, "out", "count.txt");
  const count = await readFile(out, "utf8");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await readFile(out, "utf8")).toBe(count);
  expect(ended.started).toBe(1);
});

it("code that ends its own gateway ends its run, by name and with the output so far", async () => {
  const ended = await run(
    "import os, signal, time\nprint('before', flush=True)\ntime.sleep(0.3)\nos.kill(1, signal.SIGTERM)\ntime.sleep(60)\n",
  );
  expect(ended.error?.code).toBe("kernel-died");
  expect(printed(ended)).toBe("before\n");
});

it("code cannot stop its gateway: the first process of a container takes no such signal from inside", async () => {
  const ended = await run("import os, signal\nos.kill(1, signal.SIGSTOP)\nprint('still here')\n");
  expect(ended.error).toBeUndefined();
  expect(printed(ended)).toBe("still here\n");
});

it("bytes that code writes into the tunnel break its own connection and nothing else", async () => {
  const code = `
import os, time
print("before", flush=True)
time.sleep(0.3)
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        if b"create_connection" in open(f"/proc/{pid}/cmdline", "rb").read():
            with open(f"/proc/{pid}/fd/1", "wb") as tunnel:
                tunnel.write(b"\\x82\\x7f\\xff\\xff" + os.urandom(4096))
    except OSError:
        pass
time.sleep(20)
`;
  const ended = await run(code);
  expect(ended.error?.code).toMatch(/^(kernel-died|output-too-large|time-limit)$/);
  expect(printed(ended)).toBe("before\n");
  const next = await run("print('fine')\n");
  expect(printed(next)).toBe("fine\n");
});

it("a log that code floods takes no more of the host's disk than its limit", async () => {
  const code = `
line = b"y" * 1000 + b"\\n"
with open("/proc/1/fd/1", "wb", buffering=0) as log:
    for n in range(60_000):
        log.write(line)
print("flooded", flush=True)
while True:
    pass
`;
  const measured: Promise<number>[] = [];
  const ended = await lab.run(lab.container, code, {
    limits: { seconds: 20 },
    requestId: "flood",
    onOutput: ({ type }) => {
      if (type === "stream") measured.push(logBytes("flood"));
    },
  });
  expect(ended.error?.code).toBe("time-limit");
  const [bytes] = await Promise.all(measured);
  expect(bytes! / MEGABYTE).toBeGreaterThan(0.5);
  expect(bytes! / MEGABYTE).toBeLessThan(3);
});

/** Of everything that the engine keeps of the container's log, on this machine's disk. */
async function logBytes(requestId: string): Promise<number> {
  const { LogPath } = await dockerClient().getContainer(`countersign-run-${requestId}`).inspect();
  const folder = dirname(LogPath);
  const logs = (await readdir(folder)).filter((name) => name.includes("-json.log"));
  const sizes = await Promise.all(logs.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

it("a hundred thousand files end at the sandbox's limit, and what is collected is bounded and said", async () => {
  const code = `
made = 0
try:
    for n in range(100_000):
        open(f"{n:06d}", "w").close()
        made += 1
except OSError as error:
    print(type(error).__name__, error.errno)
results = {"made": made}
`;
  const ended = await lab.run(lab.container, code, { limits: { seconds: 60 } });
  expect(printed(ended)).toBe("OSError 28\n");
  expect(ended.record!.files.length).toBeLessThanOrEqual(5_000);
  const told = JSON.parse(await readFile(join(ended.record!.folder, "run.json"), "utf8")) as {
    readonly leftOut: { readonly count: number; readonly named: readonly unknown[] };
  };
  expect(told.leftOut.count).toBeGreaterThan(10_000);
  expect(told.leftOut.named.length).toBeLessThanOrEqual(100);
  expect(existsSync(ended.record!.notebook)).toBe(true);
});
