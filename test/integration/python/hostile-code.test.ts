import { existsSync } from "node:fs";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Laboratory, printed } from "./laboratory.ts";

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
  await lab.write("data/values.csv", "a\n1\n");
  await lab.write("secret.txt", "the workspace's own");
  await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
});

afterAll(async () => {
  await lab.dispose();
});

/** Code that tries each expression and prints the name of the error that met it, or `done`. */
function attempts(...statements: string[]): string {
  const tries = statements.map(
    (one) => `try:\n    ${one}\n    print("done")\nexcept BaseException as e:\n    print(type(e).__name__)\n`,
  );
  return `import os, socket, subprocess, urllib.request\n${tries.join("")}`;
}

describe("hostile code in a sandbox", () => {
  it("reaches no network, not even a service of this machine", async () => {
    const server = createServer((socket) => socket.end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address!.port : 0;
    const ended = await lab.run(
      lab.container,
      attempts(
        `socket.create_connection(("127.0.0.1", ${port}), 2)`,
        `socket.create_connection(("172.17.0.1", ${port}), 2)`,
        `urllib.request.urlopen("http://192.0.2.1/", timeout=2)`,
        `socket.getaddrinfo("localhost.example", 80)`,
      ) + "print([line.split(':')[0].strip() for line in list(open('/proc/net/dev'))[2:]])\n",
    );
    server.close();
    expect(printed(ended).split("\n")).toEqual([
      "ConnectionRefusedError",
      "OSError",
      "URLError",
      "gaierror",
      "['lo']",
      "",
    ]);
  });

  it("reads nothing but what it was given", async () => {
    const ended = await lab.run(
      lab.container,
      attempts(
        `open(${JSON.stringify(join(lab.workspace, "secret.txt"))})`,
        `open("secret.txt")`,
        `open("data/../secret.txt")`,
        `open("/var/run/docker.sock")`,
        `open("/etc/shadow")`,
        `os.listdir("/root")`,
      ) + "print(os.listdir('data/'), sorted(os.listdir('.')), os.getuid())\n",
    );
    expect(printed(ended).split("\n")).toEqual([
      "FileNotFoundError",
      "FileNotFoundError",
      "FileNotFoundError",
      "FileNotFoundError",
      "PermissionError",
      "PermissionError",
      "['values.csv'] ['data'] 1000",
      "",
    ]);
  });

  it("writes nothing outside its working folder and scratch", async () => {
    const ended = await lab.run(
      lab.container,
      attempts(
        `open("data/values.csv", "w")`,
        `open("/data/0/new", "w")`,
        `open("/opt/venv/evil.py", "w")`,
        `open("/etc/ipython/startup/evil.py", "w")`,
        `os.remove("data/values.csv")`,
        `open("/tmp/scratch", "w")`,
        `open("/work/mine", "w")`,
        `subprocess.run(["/tmp/scratch"])`,
      ),
    );
    expect(printed(ended).trim().split("\n")).toEqual([
      "OSError",
      "OSError",
      "OSError",
      "OSError",
      "OSError",
      "done",
      "done",
      "PermissionError",
    ]);
    expect(await readFile(join(lab.workspace, "data/values.csv"), "utf8")).toBe("a\n1\n");
  });

  it("cannot fill the disk: the working folder ends at its limit", async () => {
    const ended = await lab.run(
      lab.container,
      "try:\n    with open('big', 'wb') as f:\n        while True: f.write(b'x' * 1_000_000)\nexcept OSError as e:\n    print(e.errno)\n",
      { limits: { workingFolderMb: 8, outputMb: 8 } },
    );
    expect(printed(ended)).toBe("28\n");
    expect((await stat(join(ended.record!.folder, "out/big.collected"))).size).toBeLessThanOrEqual(
      8 * 1024 * 1024,
    );
  });

  it("cannot fork without end, and ends with everything it started", async () => {
    const bomb =
      "import os\nprint('forking', flush=True)\nwhile True:\n    try: os.fork()\n    except OSError: pass\n";
    const ended = await lab.run(lab.container, bomb, { limits: { seconds: 2, processes: 64 } });
    expect(["time-limit", "kernel-died"]).toContain(ended.error?.code);
    const { container } = (
      JSON.parse(await readFile(join(ended.record!.folder, "run.json"), "utf8")) as {
        sandbox: { container: string };
      }
    ).sandbox;
    expect(await (await lab.containers.engine()).inspect(container)).toBeUndefined();
  });

  it("leaves no process behind that outlives the run", async () => {
    const survivor =
      "import subprocess\nsubprocess.Popen(['python3', '-c', 'import time\\nwhile True: time.sleep(1)'], start_new_session=True)\nprint('started')\n";
    const ended = await lab.run(lab.container, survivor);
    expect(ended.error).toBeUndefined();
    const { container } = (
      JSON.parse(await readFile(join(ended.record!.folder, "run.json"), "utf8")) as {
        sandbox: { container: string };
      }
    ).sandbox;
    expect(await (await lab.containers.engine()).inspect(container)).toBeUndefined();
  });

  it("forges nothing that the host writes about the run", async () => {
    const ended = await lab.run(
      lab.container,
      "import os\nfor n in ('run.json', 'notebook.ipynb', 'results.json'): open(n, 'w').write('forged')\nos.makedirs('figures'); open('figures/figure-1.png', 'w').write('forged')\nos.makedirs('.countersign', exist_ok=True); open('.countersign/run.json', 'w').write('forged')\nprint('x')\n",
    );
    const { folder, notebook, files, figures } = ended.record!;
    expect(
      (JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as { version: number }).version,
    ).toBe(1);
    expect((JSON.parse(await readFile(notebook, "utf8")) as { nbformat: number }).nbformat).toBe(4);
    expect(ended.record!.results).toBeUndefined();
    expect(figures).toEqual([]);
    expect(files.map((file) => file.slice(folder.length)).sort()).toEqual([
      "/out/figures/figure-1.png",
      "/out/notebook.ipynb.collected",
      "/out/results.json",
      "/out/run.json",
    ]);
  });

  it("gets no link, pipe or oversized file out, and what is left out is named", async () => {
    const ended = await lab.run(
      lab.container,
      "import os\nos.symlink('/etc/passwd', 'link'); os.symlink('..', 'up'); os.mkfifo('pipe')\nopen('up\\\\..\\\\x', 'w'); open('a:b', 'w'); open('ok.txt', 'w').write('fine')\nwith open('zz-sparse', 'wb') as f: f.truncate(10**12)\n",
    );
    expect(ended.error).toBeUndefined();
    const { folder, files } = ended.record!;
    expect(files.map((file) => file.slice(folder.length)).sort()).toEqual([
      "/out/a_b.collected",
      "/out/ok.txt",
      "/out/up_.._x.collected",
    ]);
    const record = JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as {
      leftOut: { named: { name: string; reason: string }[] };
    };
    const names = record.leftOut.named.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["link", "up", "pipe", "zz-sparse"]));
    expect(existsSync(join(folder, "out/link"))).toBe(false);
  });

  it("cannot shadow a package with a module beside the data", async () => {
    await lab.write("data/numpy.py", "print('shadowed')\n");
    const ended = await lab.run(
      lab.container,
      "import os\nos.chdir('data')\nimport importlib, sys\nsys.modules.pop('numpy', None)\nprint('' in sys.path, os.getcwd() in sys.path)\n",
    );
    expect(printed(ended)).toBe("False False\n");
  });

  it("puts only text and raster images into the notebook", async () => {
    const ended = await lab.run(
      lab.container,
      "from IPython.display import display\ndisplay({'text/html': '<img src=http://192.0.2.1/x>', 'image/svg+xml': '<svg/>', 'text/plain': 'safe', 'text/markdown': '![](http://192.0.2.1)'}, raw=True)\ndisplay({'image/png': 'bm90IGEgcG5n', 'text/plain': 'no image'}, raw=True)\n",
    );
    const notebook = await readFile(ended.record!.notebook, "utf8");
    expect(notebook).toContain("safe");
    for (const trace of ["text/html", "svg", "markdown", "image/png", "192.0.2.1/x>"]) {
      expect((JSON.parse(notebook) as { cells: { outputs: unknown }[] }).cells[0]!.outputs).not.toSatisfy(
        (outputs: unknown) => JSON.stringify(outputs).includes(trace),
      );
    }
    const aside = await readFile(join(ended.record!.folder, "untrusted-outputs.jsonl"), "utf8");
    expect(
      aside
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { mime: string }).mime),
    ).toEqual(expect.arrayContaining(["text/html", "image/svg+xml", "text/markdown", "image/png"]));
  });

  it("loses only its own connection by a frame that is too large, which our kernels do not send by themselves", async () => {
    const code = `
import time
print("before", flush=True)
kernel = get_ipython().kernel
publisher = kernel.iopub_socket.io_thread
content = {"data": {"text/plain": "x" * 150_000_000}, "metadata": {}}
parent = kernel.get_parent()
publisher.schedule(lambda: kernel.session.send(publisher.socket, "display_data", content, parent=parent))
time.sleep(30)
`;
    const ended = await lab.run(lab.container, code, { limits: { memoryMb: 2048 } });
    expect(ended.error?.code).toBe("output-too-large");
    expect(ended.record!.text).toBe("before\n");
  });
});

describe("what a sandbox is given", () => {
  it("refuses a data folder that is or holds a way out of the workspace", async () => {
    const outside = join(lab.stateDir, "elsewhere");
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, "file"), "outside");
    const other = await Laboratory.open();
    try {
      await symlink(outside, join(other.workspace, "data"));
      const whole = await other.run(other.container, "print(1)");
      expect([whole.error?.code, whole.started]).toEqual(["input-refused", 0]);
    } finally {
      await other.dispose();
    }
    const third = await Laboratory.open();
    try {
      await mkdir(join(third.workspace, "data"));
      await symlink(join(outside, "file"), join(third.workspace, "data", "file"));
      const held = await third.run(third.container, "print(1)");
      expect([held.error?.code, held.started]).toEqual(["input-refused", 0]);
      expect(held.error?.message).toContain("file");
    } finally {
      await third.dispose();
    }
  });

  it("refuses a file that changed after it was approved", async () => {
    await lab.write("notes.txt", "approved");
    const { inputs } = await lab.payload(lab.container, "", { inputs: ["notes.txt"] });
    await lab.write("notes.txt", "changed!");
    const { readInput } = await import("../../../src/python/inputs.ts");
    await expect(readInput(lab.files, inputs[0]!)).rejects.toMatchObject({ code: "input-refused" });
  });
});
