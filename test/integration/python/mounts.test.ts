import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { LABEL } from "../../../src/containers/engine.ts";
import { ContainerSandbox } from "../../../src/python/sandboxes/container-sandbox.ts";
import { findDataFolders } from "../../../src/python/sandboxes/data-folders.ts";
import { lookInside, requireInside } from "../../../src/python/sandboxes/inside.ts";
import { Laboratory } from "./laboratory.ts";

const run = promisify(execFile);
let lab: Laboratory;
let imageId: string;
/** `data` in the workspace, with a file system in memory mounted at `data/inner`, as somebody mounts a share. */
let inner: string;

beforeAll(async () => {
  lab = await Laboratory.open();
  const signal = AbortSignal.timeout(280_000);
  imageId = (await lab.containers.ensureSandboxImage(null, () => undefined, signal)).id;
  inner = join(lab.workspace, "data", "inner");
  await mkdir(inner, { recursive: true });
  await run("mount", ["-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", inner]);
  await writeFile(join(inner, "shared.csv"), "a\n1\n");
  await chmod(join(inner, "shared.csv"), 0o666);
}, 300_000);

afterAll(async () => {
  await run("umount", [inner]);
  await lab.dispose();
});

it("a data folder below which something is mounted is refused, with what is mounted where", async () => {
  const ended = await lab.run(lab.container, "print(1)", { dataFolders: ["data"] });
  expect(ended.started).toBe(0);
  expect(ended.error).toMatchObject({ code: "input-refused" });
  expect(ended.error!.message).toContain("mounted below the data folder data, at inner");
  const itself = await lab.run(
    lab.container,
    "try:\n    open('data/inner/shared.csv', 'a')\nexcept OSError as error:\n    results = {'errno': error.errno}",
    { dataFolders: ["data/inner"] },
  );
  expect(JSON.parse(itself.record!.resultsText)).toEqual({ errno: 30 });
});

it("what is mounted below a folder is neither seen nor written in a container that has the folder", async () => {
  const engine = await lab.containers.engine();
  const folder = {
    type: "bind",
    source: join(lab.workspace, "data"),
    target: "/data/0",
    readOnly: true,
  } as const;
  const spec = {
    name: `countersign-test-${randomUUID()}`,
    image: imageId,
    labels: { [LABEL]: "test" },
    environment: {},
    command: ["sleep", "60"],
    network: "none",
    user: "1000:1000",
    readOnlyRoot: true,
    memoryBytes: 256 * 1024 * 1024,
    cpus: 1,
    processes: 32,
    tmpfs: { "/tmp": "size=8m" },
    mounts: [folder],
  };
  const id = await engine.createContainer(spec, AbortSignal.timeout(30_000));
  onTestFinished(() => engine.remove(id));
  await engine.start(id);
  const found = await lookInside(engine, id);
  expect(() => requireInside(found, [folder], 64 * 1024 * 1024)).not.toThrow();
  expect(found.mounts).toContain(" /data/0 ro");
  expect(found.mounts).not.toContain("/data/0/inner");
});

it("a sandbox is not made where something was mounted below a data folder after it was looked at", async () => {
  const engine = await lab.containers.engine();
  const [data] = await findDataFolders(lab.workspace, ["data"]);
  const limits = { seconds: 30, memoryMb: 512, cpus: 1, processes: 128, workingFolderMb: 16, outputMb: 16 };
  const plain = { environment: {}, networks: [], control: null, kernelName: "python3-epics-readonly" };
  const spec = { ...plain, image: imageId, dataFolders: [data!], limits };
  const making = ContainerSandbox.create(
    { engine, gateways: lab.gateways },
    spec,
    AbortSignal.timeout(60_000),
  );
  // The engine's archive call mounts a container's folders once more, with all that is below them.
  await expect(making).rejects.toMatchObject({ code: "sandbox-differs" });
});

it("a container in which it is mounted all the same is found out", async () => {
  const engine = await lab.containers.engine();
  const made = await run("docker", [
    ...["run", "-d", "--network", "none", "-v", `${join(lab.workspace, "data")}:/data/0:ro`],
    ...["--entrypoint", "/bin/sleep", imageId, "60"],
  ]);
  const id = made.stdout.trim();
  onTestFinished(() => engine.remove(id));
  const folder = { type: "bind", source: "", target: "/data/0", readOnly: true } as const;
  const found = await lookInside(engine, id);
  expect(() => requireInside(found, [folder], found.sharedBytes)).toThrow(
    /system calls are not limited as ours are.*another file system is mounted below \/data\/0/,
  );
});
