import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LABEL } from "../../../src/containers/engine.ts";
import { contentsOf } from "../../../src/containers/image-contents.ts";
import { Laboratory, printed } from "./laboratory.ts";

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
  await lab.write("data/co2.csv", "year,ppm\n2000,369.7\n2001,371.3\n2002,373.5\n");
  await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
});

afterAll(async () => {
  await lab.dispose();
});

async function json(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
}

const CO2 = `from __future__ import annotations
import pandas as pd
import matplotlib.pyplot as plt

co2 = pd.read_csv("data/co2.csv")
print("rows:", len(co2))
fig, ax = plt.subplots()
ax.plot(co2.year, co2.ppm)
fig.savefig("co2.png")
results = {"trend": (co2.ppm.iloc[-1] - co2.ppm.iloc[0]) / 2, "missing": float("nan"), "largest": co2.ppm.max()}
`;

describe("an approved run in a container", () => {
  it("leaves a notebook, a figure, results and a record of it", async () => {
    const ended = await lab.run(lab.container, CO2);
    expect(ended.error).toBeUndefined();
    const { folder, notebook, results, figures, files } = ended.record!;

    const cells = (await json(notebook)).cells as { source: string[]; outputs: { data?: object }[] }[];
    expect(cells).toHaveLength(1);
    expect(cells[0]!.source.join("")).toBe(CO2);
    expect(await json(results!)).toEqual({ trend: 1.9000000000000057, missing: null, largest: 373.5 });
    expect(figures).toEqual([join(folder, "figures", "figure-1.png")]);
    expect((await readFile(figures[0]!)).subarray(1, 4).toString()).toBe("PNG");
    expect(files).toEqual([join(folder, "out", "co2.png")]);
    expect(ended.record!.text).toContain("rows: 3");
    expect(folder).toMatch(/analyses\/\d{4}-\d\d-\d\d-what-is-the-co2-trend-[a-z0-9]{8}\/attempt-1$/);
    const engine = await lab.containers.engine();
    const { place } = (await json(join(folder, "run.json"))) as { place: { imageId: string } };
    expect(await json(join(folder, "run.json"))).toMatchObject({
      version: 1,
      requestId: ended.requestId,
      ended: { as: "finished" },
      image: contentsOf((await engine.image(place.imageId))!),
    });
  });

  it("streams output in the order in which it was printed", async () => {
    const ended = await lab.run(
      lab.container,
      "import sys\nfor n in range(500):\n    print(n, flush=True)\n    if n % 100 == 0: print('e', n, file=sys.stderr, flush=True)\n",
    );
    expect(ended.error).toBeUndefined();
    expect(printed(ended)).toBe(Array.from({ length: 500 }, (_, n) => `${n}\n`).join(""));
    expect(printed(ended, "stderr")).toBe("e 0\ne 100\ne 200\ne 300\ne 400\n");
    expect(ended.outputs.length).toBeGreaterThan(5);
    expect(ended.outputs.at(-1)).toMatchObject({ type: "ended", status: "ok" });
  });

  it("puts the files that were approved where the code expects them, and nothing else of the workspace", async () => {
    await lab.write("notes/calibration.json", '{"offset": 2}');
    await lab.write("notes/private.txt", "not approved");
    const ended = await lab.run(
      lab.container,
      "import os, json\nprint(json.load(open('notes/calibration.json')), os.listdir('notes'), sorted(os.listdir('.')))",
      { inputs: ["notes/calibration.json", "notes/missing.txt", "../outside.txt", "/etc/passwd"] },
    );
    expect(printed(ended)).toBe("{'offset': 2} ['calibration.json'] ['data', 'notes']\n");
    expect(ended.record!.files).toEqual([]);
  });

  it("ends with the traceback where the code raises, and keeps what came before", async () => {
    const ended = await lab.run(lab.container, "print('before')\nresults = {'kept': 1}\n1 / 0\n");
    expect(ended.error?.code).toBe("run-failed");
    expect(ended.record!.text).toBe("before\n");
    expect(ended.record!.error).toMatchObject({ name: "ZeroDivisionError", message: "division by zero" });
    expect(ended.record!.error!.traceback).toContain("----> 3 1 / 0");
    expect(ended.record!.error!.traceback).not.toContain("\u001b");
    expect(await json(ended.record!.results!)).toEqual({ kept: 1 });
  });

  it.each(["import sys\nsys.exit(0)", "exit()", "raise SystemExit", "import sys\nsys.exit(False)"])(
    "ends well where the code ends itself, and goes no further: %j",
    async (end) => {
      const ended = await lab.run(
        lab.container,
        `print('before')\nresults = {'kept': 1}\n${end}\nprint('behind')\n`,
      );
      expect(ended.error).toBeUndefined();
      expect(printed(ended)).toBe("before\n");
      expect(await json(ended.record!.results!)).toEqual({ kept: 1 });
    },
  );

  it.each([
    ["quit(3)", "The code ended itself with status 3."],
    ["raise SystemExit('no beam')", "The code ended itself and said why: no beam"],
    ["%nosuchmagic 1", "The code stopped with UsageError: Line magic function `%nosuchmagic` not found."],
  ])("says how it failed: %j", async (end, message) => {
    const ended = await lab.run(lab.container, `print('before')\n${end}\nprint('behind')\n`);
    expect(ended.error).toMatchObject({ code: "run-failed", message });
    expect(ended.record!.text).toBe("before\n");
    expect(printed(ended)).toBe("before\n");
  });

  it("interrupts at the time limit and keeps the output so far", async () => {
    const ended = await lab.run(
      lab.container,
      "import time\nprint('working', flush=True)\ntry:\n    time.sleep(60)\nfinally:\n    print('tidied')\n",
      { limits: { seconds: 1 } },
    );
    expect(ended.error?.code).toBe("time-limit");
    expect(ended.record!.text).toBe("working\ntidied\n");
  });

  it("kills what ignores the interrupt", async () => {
    const stubborn =
      "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('on', flush=True)\nwhile True: pass\n";
    const ended = await lab.run(lab.container, stubborn, { limits: { seconds: 1 } });
    expect(ended.error?.code).toBe("time-limit");
    expect(ended.record!.text).toBe("on\n");
  });

  it("stops when it is cancelled while running, keeping the output so far", async () => {
    const cancel = new AbortController();
    const ended = await lab.run(lab.container, "import time\nprint('on', flush=True)\ntime.sleep(60)\n", {
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    });
    expect(ended.error?.code).toBe("cancelled");
    expect(ended.started).toBe(1);
    expect(ended.record!.text).toBe("on\n");
  });

  it("starts nothing when it is cancelled before, and leaves no folder", async () => {
    const before = await readdir(join(lab.workspace, "analyses"));
    const ended = await lab.run(lab.container, "print(1)", { signal: AbortSignal.abort() });
    expect(ended.error?.code).toBe("cancelled");
    expect(ended.started).toBe(0);
    const after = await readdir(join(lab.workspace, "analyses"));
    expect(after.length).toBeLessThanOrEqual(before.length + 1);
  });

  it("tells when the kernel died", async () => {
    const ended = await lab.run(
      lab.container,
      "import os, time\nprint('last words', flush=True)\ntime.sleep(0.5)\nos._exit(3)\n",
    );
    expect(ended.error?.code).toBe("kernel-died");
    expect(ended.record!.text).toBe("last words\n");
  });

  it("tells when memory was not enough", async () => {
    const ended = await lab.run(
      lab.container,
      "blocks = []\nwhile True: blocks.append(bytearray(20_000_000))\n",
      {
        limits: { memoryMb: 384 },
      },
    );
    expect(ended.error?.code).toBe("out-of-memory");
  });

  it("leaves no container and no volume behind", async () => {
    const engine = await lab.containers.engine();
    const ended = await lab.run(lab.container, "print('gone soon')");
    const id = ((await json(join(ended.record!.folder, "run.json"))).sandbox as { container: string })
      .container;
    expect(await engine.inspect(id)).toBeUndefined();
    const mine = (await engine.containers(`${LABEL}=sandbox`)).filter(({ name }) =>
      name.includes(ended.requestId),
    );
    expect(mine).toEqual([]);
  });
});
