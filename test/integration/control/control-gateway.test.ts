import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { LABEL } from "../../../src/containers/engine.ts";
import { ControlGateway } from "../../../src/python/control/control-gateway.ts";
import { ContainerSandbox } from "../../../src/python/sandboxes/container-sandbox.ts";
import { runName } from "../../../src/python/sandboxes/names.ts";
import { madeAs } from "../../../src/python/sandboxes/ownership.ts";
import type { PythonRun } from "../../../src/python/python-run.ts";
import { Laboratory, printed, type Ended } from "../python/laboratory.ts";
import { ControlSystem } from "./control-system.ts";
import { HOSTILE_CLIENT } from "./hostile-client.ts";

const BUILDING = 280_000;
let lab: Laboratory;
let system: ControlSystem;

beforeAll(async () => {
  lab = await Laboratory.open();
  system = await prepared();
  await system.start();
  await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(BUILDING));
  await lab.containers.ensureGatewayImage(() => undefined, AbortSignal.timeout(BUILDING));
}, 2 * BUILDING);

afterAll(async () => {
  await lab.dispose();
  await system.dispose();
});

async function prepared(): Promise<ControlSystem> {
  const { container } = lab.configuration;
  return ControlSystem.prepare(await lab.containers.engine(), container, AbortSignal.timeout(BUILDING));
}

const reading = () => system.access("read_only", "none");
const writing = () => system.access("write_access", "any");

/** The gateway of the sandbox that performs this. */
async function gatewayOf(requestId: string): Promise<ControlGateway> {
  const engine = await lab.containers.engine();
  const sandboxes = await engine.containers(`${LABEL}=sandbox`);
  const sandbox = sandboxes.find(({ name }) => name === runName(requestId as never))!;
  const gateways = await engine.containers(`${LABEL}=gateway`);
  return ControlGateway.connect(engine, gateways.find((one) => madeAs(one) === madeAs(sandbox))!.id);
}

/** Nothing judges the code here: what holds is what the gateway enforces. */
function run(code: string, control: PythonRun["control"]): Promise<Ended> {
  return lab.run(lab.container, code, { control: control! });
}

async function resultsOf({ record, error }: Ended): Promise<Record<string, unknown>> {
  expect(error).toBeUndefined();
  return JSON.parse(await readFile(record!.results!, "utf8")) as Record<string, unknown>;
}

async function currentOf(channel: string): Promise<unknown> {
  const ended = await run(
    `import epics\nresults = {"value": epics.caget("${channel}", timeout=10)}`,
    reading(),
  );
  return (await resultsOf(ended)).value;
}

describe("a control system behind the control gateway", () => {
  it("is read, watched and put with every ordinary type, and each put is recorded", async () => {
    const ended = await run(
      `
import time, epics
def put(name, value):
    pv = epics.PV(name, connection_timeout=10)
    pv.wait_for_connection()
    pv.put(value, wait=True, timeout=10)
    return pv
changes = []
watched = epics.PV("SR:COUNT", callback=lambda value=None, **_: changes.append(value))
put("SR:MAG:QF1:CURRENT", 2.5)
put("SR:NAME", "booster")
put("SR:LONG", -3)
put("SR:STATE", "on")
wave = put("SR:WAVE", list(range(20000)))
text = put("SR:BYTES", "lattice")
called = []
epics.PV("SR:LONG").put(-4, callback=lambda **_: called.append(True))
while not called or len(changes) < 5:
    time.sleep(0.05)
units = epics.PV("SR:MAG:QF1:CURRENT").get_ctrlvars()["units"]
now = {"use_monitor": False}
results = {
    "current": epics.caget("SR:MAG:QF1:CURRENT", **now), "units": units,
    "name": epics.caget("SR:NAME", **now), "long": epics.caget("SR:LONG", **now),
    "state": epics.caget("SR:STATE", as_string=True, **now),
    "sum": float(sum(wave.get(use_monitor=False))), "bytes": text.get(as_string=True, use_monitor=False),
}
`,
      writing(),
    );
    expect(await resultsOf(ended)).toEqual({
      current: 2.5,
      units: "A",
      name: "booster",
      long: -4,
      state: "on",
      sum: (19_999 * 20_000) / 2,
      bytes: "lattice",
    });
    const puts = ended.record!.control!.puts.map(({ channel, value, passed }) => ({
      channel,
      value,
      passed,
    }));
    expect(puts.slice(0, 4)).toEqual([
      { channel: "SR:MAG:QF1:CURRENT", value: 2.5, passed: true },
      { channel: "SR:NAME", value: "booster", passed: true },
      { channel: "SR:LONG", value: -3, passed: true },
      { channel: "SR:STATE", value: 1, passed: true },
    ]);
    expect(puts).toHaveLength(7);
    // No page of libca's about a repeater that it cannot start.
    expect([printed(ended), printed(ended, "stderr")]).toEqual(["", ""]);
    const told = JSON.parse(await readFile(join(ended.record!.folder, "run.json"), "utf8")) as {
      control: { record: unknown };
    };
    expect(told.control.record).toEqual(ended.record!.control);
  });

  it("is not changed by code whose run may not put, whether it asks or ignores the answer", async () => {
    const before = await currentOf("SR:MAG:QF1:CURRENT");
    const polite = await run(
      `
import epics
pv = epics.PV("SR:MAG:QF1:CURRENT", connection_timeout=10)
results = {"connected": pv.wait_for_connection(), "may": pv.write_access}
try:
    pv.put(9.0, wait=True, timeout=5)
except Exception as error:
    results["error"] = str(error)
`,
      reading(),
    );
    expect(await resultsOf(polite)).toEqual({
      connected: true,
      may: false,
      error: expect.stringContaining("access denied") as string,
    });
    const rude = await run(
      `${HOSTILE_CLIENT}\nresults = {"status": put("SR:MAG:QF1:CURRENT", 9.0)}`,
      reading(),
    );
    // ECA_NOWTACCESS
    expect(await resultsOf(rude)).toEqual({ status: 376 });
    expect(rude.record!.control!.puts).toEqual([
      expect.objectContaining({ channel: "SR:MAG:QF1:CURRENT", value: 9, passed: false }),
    ]);
    expect(await currentOf("SR:MAG:QF1:CURRENT")).toBe(before);
  });

  it("is changed where the approval says so, and nowhere else, whatever the code sends", async () => {
    const puts = [{ channel: "SR:MAG:QF1:CURRENT", value: 4.5 }];
    const ended = await run(
      `${HOSTILE_CLIENT}
import epics
epics.caput("SR:MAG:QF1:CURRENT", 4.5, wait=True, timeout=10)
pv = epics.PV("SR:LONG", connection_timeout=10)
results = {
    "now": epics.caget("SR:MAG:QF1:CURRENT", use_monitor=False),
    "value": put("SR:MAG:QF1:CURRENT", 9.0), "channel": put("SR:LONG", 4.5), "field": put("SR:MAG:QF1:CURRENT.DRVH", 4.5),
    "form": put("SR:MAG:QF1:CURRENT.VAL", 4.5), "may": pv.wait_for_connection() and pv.write_access,
}
`,
      { ...writing(), puts },
    );
    // ECA_NOWTACCESS is 376, ECA_NORMAL 1
    const refused = { value: 376, channel: 376, field: 376, may: false };
    expect(await resultsOf(ended)).toEqual({ now: 4.5, form: 1, ...refused });
    expect(ended.record!.control!.puts.map(({ passed }) => passed)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it("is not changed any more once the run that might has ended, over a circuit that is kept", async () => {
    const requestId = "kept-circuit";
    const code = `${HOSTILE_CLIENT}
circuit = open_circuit("SR:LONG")
print(circuit.put(1), flush=True)
try:
    circuit.until(-1)
except ConnectionError:
    print(circuit.put(2), flush=True)
`;
    let ended: Promise<unknown> | undefined;
    const outcome = await lab.run(lab.container, code, {
      control: writing(),
      requestId,
      onOutput: (output) => {
        if (output.type === "stream")
          ended ??= gatewayOf(requestId).then((one) => one.end(requestId as never));
      },
    });
    expect(await ended).toMatchObject({ puts: [{ channel: "SR:LONG", value: 1, passed: true }] });
    // The circuit was closed under it: the code has no way on, and says so.
    expect(outcome.error?.message).toMatch(/ConnectionError|closed|reset|Broken pipe/i);
    expect(outcome.outputs).toContainEqual({ type: "stream", stream: "stdout", text: "1\n" });
  });

  it("is read and not changed any more once the window is gone that a run belongs to", async () => {
    const requestId = "without-its-window";
    let released: Promise<void> | undefined;
    const ended = await lab.run(
      lab.container,
      `${HOSTILE_CLIENT}
circuit = open_circuit("SR:LONG")
print(circuit.put(1), flush=True)
while (status := circuit.put(1)) == 1:
    pass
results = {"put": status, "found": find("SR:LONG") is not None}
`,
      {
        control: writing(),
        requestId,
        onOutput: () => {
          released ??= gatewayOf(requestId).then((one) => one.release());
        },
      },
    );
    await released;
    // ECA_NOWTACCESS
    expect(await resultsOf(ended)).toEqual({ put: 376, found: true });
  });

  it("is not reached by who performs nothing, nor from a sandbox that has no gateway of its own", async () => {
    const code = `${HOSTILE_CLIENT}
import sys
sys.stdout.write(str(find("SR:LONG", "127.0.0.1")))`;
    const engine = await lab.containers.engine();
    const payload = await lab.payload(lab.container, "", { control: writing() });
    const image = (await lab.containers.sandboxImage(null)) as { image: { id: string } };
    const spec = { ...payload, image: image.image.id, dataFolders: [] };
    const parts = { engine, gateways: lab.gateways };
    const waiting = await ContainerSandbox.create(parts, spec, AbortSignal.timeout(60_000));
    onTestFinished(() => waiting.dispose());
    const asking = await engine.exec(waiting.identity.container!, ["python3", "-c", code]);
    expect(await text(asking)).toBe("None");
    const without = await lab.run(
      lab.container,
      `${HOSTILE_CLIENT}\nresults = {"found": find("SR:LONG", "127.0.0.1")}`,
    );
    expect(await resultsOf(without)).toEqual({ found: null });
    const reaching = await run(`${HOSTILE_CLIENT}\nresults = {"found": find("SR:LONG")}`, reading());
    expect(await resultsOf(reaching)).toMatchObject({ found: ["127.0.0.1", expect.any(Number) as number] });
  });

  it("cannot be stood in for, and goes with the sandbox", async () => {
    const requestId = "alone-with-its-gateway";
    let gateway: Promise<ControlGateway> | undefined;
    const ended = await lab.run(
      lab.container,
      `
import os
def attempt(what):
    try:
        what()
        return "done"
    except OSError as error:
        return error.strerror
results = {
    "there": sorted(os.listdir("/control")),
    "removed": attempt(lambda: os.unlink("/control/circuits")),
    "made": attempt(lambda: open("/control/other", "w")),
}
print("performing", flush=True)
`,
      {
        control: reading(),
        requestId,
        onOutput: () => {
          gateway ??= gatewayOf(requestId);
        },
      },
    );
    const refused = "Read-only file system";
    expect(await resultsOf(ended)).toEqual({
      there: ["circuits", "searches"],
      removed: refused,
      made: refused,
    });
    const [engine, { id }] = [await lab.containers.engine(), await gateway!];
    await expect.poll(() => engine.inspect(id)).toBeUndefined();
  });

  it("is all that a sandbox reaches: it has no network", async () => {
    const engine = await lab.containers.engine();
    const hostAddress = (await engine.network("bridge")) === undefined ? [] : ["172.17.0.1"];
    const ended = await run(
      `
import errno, os, socket
def attempt(kind, host, port):
    with socket.socket(socket.AF_INET, kind) as one:
        one.settimeout(3)
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            one.connect((host, port))
            one.send(b"x")
            return "reached"
        except OSError as error:
            return errno.errorcode.get(error.errno, type(error).__name__)
hosts = ["${system.address}", "1.1.1.1", "198.18.0.3", "255.255.255.255", *${JSON.stringify(hostAddress)}]
tries = {attempt(kind, host, 5064) for host in hosts for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)}
results = {"tries": sorted(tries), "interfaces": sorted(os.listdir("/sys/class/net"))}
try:
    results["name"] = socket.gethostbyname("example.org")
except OSError:
    results["name"] = None
`,
      writing(),
    );
    expect(await resultsOf(ended)).toEqual({ tries: ["ENETUNREACH"], interfaces: ["lo"], name: null });
  });

  it("may start after the gateway and the code that waits for it", async () => {
    const late = await prepared();
    onTestFinished(() => late.dispose());
    let started: Promise<void> | undefined;
    const ended = await lab.run(
      lab.container,
      `
import epics
pv = epics.PV("SR:LONG")
print("connected" if pv.wait_for_connection(0.5) else "waiting", flush=True)
results = {"connected": pv.wait_for_connection(45), "value": pv.get()}
`,
      {
        control: late.access("read_only", "none"),
        onOutput: (output) => {
          if (output.type === "stream" && output.text.includes("waiting")) started ??= late.start();
        },
      },
    );
    await started;
    expect(await resultsOf(ended)).toEqual({ connected: true, value: 7 });
    // Stopped before its network goes.
    await lab.container.dispose();
  });
});
