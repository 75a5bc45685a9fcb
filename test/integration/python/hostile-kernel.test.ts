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

it("code finds its gateway's token nowhere, and neither the gateway nor the way to it lets code look in", async () => {
  const code = `
import os, re
def attempt(path, mode="rb"):
    try:
        with open(path, mode) as file:
            return file.read(65536) if mode == "rb" else "opened"
    except PermissionError:
        return "refused"
    except OSError as error:
        return type(error).__name__
processes = {pid: attempt(f"/proc/{pid}/cmdline") for pid in filter(str.isdigit, os.listdir("/proc"))}
others = ["1"] + [pid for pid, line in processes.items() if b"create_connection" in line]
looks = {(pid == "1", what): attempt(f"/proc/{pid}/{what}") for pid in others for what in ("environ", "mem", "maps")}
looks |= {(pid == "1", "stdout"): attempt(f"/proc/{pid}/fd/1", "wb") for pid in others}
seen = [attempt(f"/proc/{pid}/{what}") for pid in processes for what in ("environ", "cmdline")]
for folder in ("/tmp", "/work", "/dev/shm"):
    for at, _, names in os.walk(folder):
        seen += [attempt(os.path.join(at, name)) for name in names if os.path.isfile(os.path.join(at, name))]
readable = [text for text in seen if isinstance(text, bytes)]
results = {
    "ways": len(others) - 1, "refused": all(look == "refused" for look in looks.values()), "looks": len(looks),
    "own": b"HOME=" in attempt("/proc/self/environ"), "readable": len(readable),
    "named": any(b"AUTH_TOKEN" in text for text in readable),
    "tokens": sum(len(re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", text)) for text in readable),
}
`;
  const { record, error } = await run(code);
  expect(error).toBeUndefined();
  const results = JSON.parse(record!.resultsText) as Record<string, unknown>;
  expect(results).toMatchObject({ refused: true, looks: 8, own: true, named: false, tokens: 0 });
  expect(results.ways).toBeGreaterThan(0);
  expect(results.readable).toBeGreaterThan(4);
});

it("code makes sockets of the Internet and of Unix, and of no other family; what reaches the host's kernel otherwise is refused", async () => {
  const code = `
import ctypes, errno, os, platform, socket, threading, subprocess
def made(family, kind):
    try:
        socket.socket(family, kind).close()
        return "made"
    except OSError as error:
        return errno.errorcode[error.errno]
libc = ctypes.CDLL(None, use_errno=True)
def called(number):
    return errno.errorcode[ctypes.get_errno()] if libc.syscall(number, 0, 0, 0, 0, 0, 0) < 0 else "done"
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
# The same numbers on all machines: they came after numbering was made one.
unified = {"io_uring_setup": 425, "pidfd_getfd": 438, "open_tree": 428, "clone3": 435}
results = {
    "unix": made(1, 1), "ip": [made(2, 1), made(2, 2), made(10, 1)],
    "netlink": made(16, socket.SOCK_RAW), "others": sorted({made(family, socket.SOCK_RAW) for family in (17, 29, 38)} | {made(40, 1)}),
    "calls": {name: called(number) for name, number in unified.items()},
    "process": subprocess.run(["/bin/echo", "started"], capture_output=True, text=True).stdout,
}
`;
  const { record, error } = await run(code);
  expect(error).toBeUndefined();
  expect(JSON.parse(record!.resultsText)).toEqual({
    unix: "made",
    ip: ["made", "made", "made"],
    netlink: "ENOTSUP",
    others: ["EPERM"],
    calls: { io_uring_setup: "EPERM", pidfd_getfd: "EPERM", open_tree: "EPERM", clone3: "ENOSYS" },
    process: "started\n",
  });
});

it("a log that code floods takes no more of the host's disk than its limit", async () => {
  const code = `
import os, sys
line = b"y" * 1000 + b"\\n"
# The gateway's own stdout, which its kernel inherits.
log = sys.stdout._original_stdstream_copy
for n in range(60_000):
    os.write(log, line)
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
