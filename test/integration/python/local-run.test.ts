import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalEnvironment } from "../../../src/python/sandboxes/local-environment.ts";
import { lendEnvironment, localPython } from "../../machine/local-python.ts";
import { Laboratory, MEDIA, printed } from "./laboratory.ts";
import { isAlive } from "./processes.ts";

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
  await lendEnvironment(await localPython(), lab.stateDir);
  await lab.write("data/values.csv", "a,b\n1,2\n3,4\n");
});

afterAll(async () => {
  await lab.dispose();
});

/** The lab's own environments, with another interpreter. */
function environmentOf(chosen: string | null): LocalEnvironment {
  return new LocalEnvironment({
    folder: join(lab.stateDir, "python"),
    requirements: join(MEDIA, "services/jupyter/requirements.txt"),
    interpreters: ["python3"],
    chosen: () => chosen,
  });
}

describe("an approved run without a container", () => {
  it("leaves notebook, figure and results like any other, from an environment of its own", async () => {
    const code =
      "import pandas as pd, matplotlib.pyplot as plt\nv = pd.read_csv('data/values.csv')\nv.plot()\nv.to_csv('copy.csv')\nprint(len(v))\nresults = {'sum': v.a.sum()}\n";
    const ended = await lab.run(lab.local, code);
    expect(ended.error).toBeUndefined();
    expect(ended.record!.text).toContain("2\n");
    expect(ended.record!.figures).toHaveLength(1);
    expect(ended.record!.files.map((file) => file.slice(ended.record!.folder.length))).toEqual([
      "/out/copy.csv",
    ]);
    expect(JSON.parse(await readFile(ended.record!.results!, "utf8"))).toEqual({ sum: 4 });
  });

  it("leaves a summary of xarray's data sets and arrays, with the units of each variable", async () => {
    const python = await environmentOf(null).ensure(() => undefined, AbortSignal.timeout(280_000));
    const packages = join(lab.stateDir, "xarray");
    const install = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-deps",
      "--target",
      packages,
      "xarray==2026.9.0",
    ];
    await promisify(execFile)(python, install);
    const code = `import sys
sys.path.append(${JSON.stringify(packages)})
import numpy as np, pandas as pd, xarray as xr
times = pd.date_range("2020-01-01", periods=2)
values = (("time", "x"), np.array([[1.0, np.nan], [3.0, 4.5]]), {"units": "K"})
data = xr.Dataset({"t": values, "n": ("x", ["a", "b"])}, coords={"time": times, "x": [10, 20]}, attrs={"by": "Ada"})
results = {"data": data, "array": data.t[:, 0], "empty": data.t[:0], "variable": data.t.variable}
`;
    const ended = await lab.run(lab.local, code);
    expect(ended.error).toBeUndefined();
    const x = { sizes: { x: 2 }, dtype: "int64", minimum: 10, mean: 15, maximum: 20 };
    const time = { first: "2020-01-01T00:00:00", last: "2020-01-02T00:00:00" };
    const kelvin = { dtype: "float64", attrs: { units: "K" } };
    expect(JSON.parse(await readFile(ended.record!.results!, "utf8"))).toMatchObject({
      data: {
        sizes: { time: 2, x: 2 },
        variables: {
          t: { ...kelvin, sizes: { time: 2, x: 2 }, minimum: 1, mean: 8.5 / 3, maximum: 4.5 },
          n: { sizes: { x: 2 }, first: "a", last: "b" },
        },
        coords: { time, x },
        attrs: { by: "Ada" },
      },
      array: { ...kelvin, name: "t", sizes: { time: 2 }, minimum: 1, mean: 2, maximum: 3, coords: { time } },
      empty: { ...kelvin, sizes: { time: 0, x: 2 }, coords: { x } },
      variable: null,
    });
    expect(ended.record!.text).toContain("xarray's Variable has no form in JSON");
  });

  it("gives code no variable of this process but the allowed ones", async () => {
    process.env.COUNTERSIGN_TEST_SECRET = "sk-secret";
    const ended = await lab.run(lab.local, "import os\nprint('\\n'.join(sorted(os.environ)))");
    delete process.env.COUNTERSIGN_TEST_SECRET;
    const names = printed(ended).trim().split("\n");
    expect(names).toContain("PATH");
    for (const name of ["COUNTERSIGN_TEST_SECRET", "KG_AUTH_TOKEN", "SSH_AUTH_SOCK", "NODE_OPTIONS"]) {
      expect(names).not.toContain(name);
    }
  });

  it("ends every process that the code started, also those that let go of their parents", async () => {
    const code = `import subprocess, sys
daemon = """
import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
print(os.getpid(), flush=True)
os.close(1); os.close(2)
while True: time.sleep(1)
"""
child = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
print(child.pid)
print(subprocess.run([sys.executable, "-c", daemon], capture_output=True, text=True).stdout.strip())
`;
    const ended = await lab.run(lab.local, code);
    expect(ended.error).toBeUndefined();
    const ids = printed(ended).trim().split("\n").map(Number);
    expect(ids).toHaveLength(2);
    expect(ids.map(isAlive)).toEqual([false, false]);
  });

  it("interrupts at the time limit", async () => {
    const ended = await lab.run(lab.local, "import time\nprint('on', flush=True)\ntime.sleep(60)\n", {
      limits: { seconds: 1 },
    });
    expect(ended.error?.code).toBe("time-limit");
    expect(ended.record!.text).toBe("on\n");
  });

  it("says that Python is missing, and what to install", async () => {
    const environment = new LocalEnvironment({
      folder: join(lab.stateDir, "elsewhere"),
      requirements: join(MEDIA, "services/jupyter/requirements.txt"),
      interpreters: ["no-such-python"],
    });
    const made = environment.ensure(() => undefined, new AbortController().signal);
    await expect(made).rejects.toMatchObject({
      code: "python-missing",
      next: expect.stringContaining("Install") as string,
    });
  });

  it("says which chosen interpreter is none, and where it was chosen", async () => {
    const environment = environmentOf("no-such-python");
    const made = environment.ensure(() => undefined, new AbortController().signal);
    await expect(made).rejects.toMatchObject({
      code: "python-missing",
      message: expect.stringContaining("no-such-python") as string,
      next: expect.stringContaining("countersign.execution.localInterpreter") as string,
    });
  });

  it("takes a chosen interpreter as it is where it has a kernel gateway, and knows its packages", async () => {
    const never = new AbortController().signal;
    // The one that was made of the requirements.
    const complete = await environmentOf(null).ensure(() => undefined, never);
    const chosen = environmentOf(complete);
    expect(await chosen.ensure(() => undefined, never)).toBe(complete);
    expect(await chosen.packages()).toEqual(expect.arrayContaining([expect.stringMatching(/^numpy \d/)]));
    expect(await chosen.recipe()).not.toBe(await environmentOf(null).recipe());
    expect(await environmentOf("python3").recipe()).not.toBe(await environmentOf(null).recipe());
    expect(await environmentOf("python3").packages()).toBeNull();
  });

  it("stops making an environment when it is cancelled, and leaves none that is half made", async () => {
    const folder = join(lab.stateDir, "cancelled");
    const requirements = join(MEDIA, "services/jupyter/requirements.txt");
    const environment = new LocalEnvironment({ folder, requirements, interpreters: ["python3"] });
    const cancel = new AbortController();
    const made = environment.ensure(() => cancel.abort(), cancel.signal);
    await expect(made).rejects.toMatchObject({ code: "cancelled" });
    await expect(access(join(folder, (await environment.recipe()).slice(0, 16)))).rejects.toThrow();
  });
});
