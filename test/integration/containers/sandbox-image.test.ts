import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import type { Configuration } from "../../../src/config/configuration.ts";
import { ContainerServices, RECIPE_LABEL } from "../../../src/containers/container-services.ts";
import type { ImageInfo } from "../../../src/containers/engine.ts";
import { contentsOf } from "../../../src/containers/image-contents.ts";
import { LABEL } from "../../../src/containers/engine.ts";
import type { PinnedPackage } from "../../../src/containers/packages.ts";
import { buildSettings } from "../../machine/build-settings.ts";
import { BASE_IMAGE, EngineUnderTest, never, silentLog } from "./engine-under-test.ts";

const mediaDir = join(import.meta.dirname, "../../../media");
let test: EngineUnderTest;
let container: Configuration["container"];
let services: ContainerServices;
let image: ImageInfo;
const opened: ContainerServices[] = [];
/** An image is built in it, with what the package index sends: its speed, not ours, is what takes the time. */
const BUILDS = { timeout: 300_000 };

function servicesWith(
  over: Partial<Configuration["container"]>,
  environment = process.env,
  gateways: Configuration["execution"]["gateways"] = {},
  packages: readonly PinnedPackage[] = [],
): ContainerServices {
  // Nothing else of the configuration is read here.
  const execution = { gateways };
  const configuration = (): Configuration =>
    ({ container: { ...container, ...over }, execution }) as unknown as Configuration;
  const made = new ContainerServices({
    configuration,
    mediaDir,
    packages: () => packages,
    log: silentLog,
    environment,
  });
  opened.push(made);
  return made;
}

beforeAll(async () => {
  test = await EngineUnderTest.find();
  container = { existingImage: null, poolSize: 1, poolIdleSeconds: 1800, ...(await buildSettings()) };
  services = servicesWith({});
  image = await services.ensureSandboxImage(null, () => undefined, never);
}, 900_000);

afterAll(async () => {
  for (const each of opened) each.dispose();
  await test.cleanUp();
});

/** What a program prints in a container of this image. */
async function printedIn(imageId: string, program: string): Promise<string> {
  const id = await test.start({ image: imageId, command: ["sleep", "600"], memoryBytes: 512 * 1024 * 1024 });
  const said = await test.shell(id, `python -c "${program}"`);
  await test.engine.remove(id);
  return said;
}

/** A sandbox as runs have it. */
function sandbox(command?: readonly string[]): Promise<string> {
  return test.start({
    image: image.id,
    ...(command ? { command } : { command: ["/opt/venv/bin/jupyter-kernelgateway"] }),
    environment: { KG_AUTH_TOKEN: "for-this-test" },
    memoryBytes: 512 * 1024 * 1024,
    cpus: 2,
    processes: 128,
    tmpfs: { "/tmp": "size=64m,mode=1777" },
  });
}

describe("the sandbox image", () => {
  it("is there after it was ensured, and says from what it was built", async () => {
    const status = await services.sandboxImage(null);
    expect(status).toMatchObject({ state: "built", image: { id: image.id } });
    expect(image.labels).toMatchObject({ [LABEL]: "image", [RECIPE_LABEL]: status.recipe });
  });

  it("says in its labels which base image and which packages it was made of", async () => {
    const contents = contentsOf(image);
    const base = await test.engine.image(BASE_IMAGE);
    expect(contents?.base).toEqual({ name: BASE_IMAGE, id: base?.id, digests: base?.digests });
    const id = await sandbox(["sleep", "600"]);
    const shown = "dpkg-query --show --showformat '${Package} ${Version} ${Architecture}\\n'";
    const debian = (await test.shell(id, `${shown} | LC_ALL=C sort`)).trim().split("\n");
    expect(contents?.debian.packages).toEqual(debian);
    expect(debian.length).toBeGreaterThan(80);
    const listed = "import importlib.metadata as m\nfor d in m.distributions(): print(d.name, d.version)";
    const python = (await test.shell(id, `python -c "${listed}"`)).trim().split("\n");
    expect(contents?.python.packages).toEqual([...new Set(python)].sort());
    expect(contents?.python.packages.join("\n")).toMatch(/^numpy \d/m);
    const { Config } = await new Docker().getImage(image.id).inspect();
    const digest = createHash("sha256")
      .update(`${debian.join("\n")}\n`)
      .digest("hex");
    expect(Config.Labels["dev.countersign.debian-packages.sha256"]).toBe(digest);
    expect(await test.engine.containers(`${LABEL}=contents`)).toEqual([]);
  });

  it("is not built again, by whoever asks", async () => {
    const lines: string[] = [];
    const again = await servicesWith({}).ensureSandboxImage(null, (line) => lines.push(line), never);
    expect(again.id).toBe(image.id);
    expect(lines).toEqual([]);
  });

  it("holds no build argument's value and no CA file", async () => {
    const history = (await new Docker().getImage(image.id).history()) as readonly { CreatedBy: string }[];
    const stage = history.slice(
      0,
      history.findIndex(({ CreatedBy }) => CreatedBy.includes("install -y")),
    );
    expect(stage.length).toBeGreaterThan(5);
    expect(stage.map(({ CreatedBy }) => CreatedBy).join("\n")).not.toMatch(/PIP_|_PROXY|_proxy|extra-ca/);
    const { Config } = await new Docker().getImage(image.id).inspect();
    expect(Config.User).toBe("1000:1000");
    expect(Config.Env.map((line) => line.split("=")[0]).sort()).toEqual(
      ["HOME", "MPLCONFIGDIR", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH"].sort(),
    );
  });

  it("has the packages, compiled, with a font cache, and takes nothing from the working folder", async () => {
    const id = await sandbox(["sleep", "600"]);
    await test.shell(id, "echo 'raise SystemExit(9)' > /tmp/numpy.py");
    const program = [
      "import numpy, pandas, matplotlib.font_manager, epics, os",
      "print(os.path.exists(pandas.__cached__), os.listdir('/tmp/matplotlib'), numpy.__file__)",
      "print(epics.ca.find_libca())",
    ].join("\n");
    const said = await test.shell(
      id,
      `cd /tmp && python -X importtime -c "${program}" 2>/tmp/times; cat /tmp/times | wc -l`,
    );
    expect(said).toMatch(/^True \['fontlist-[^']*\.json'\] \/opt\/venv\//);
    expect(said).toContain("/opt/venv/lib/python3.11/site-packages/epics/clibs/");
    expect(await test.shell(id, "touch /opt/venv/x 2>&1; echo $?; id -u")).toMatch(/1\n1000\n$/);
  });

  it("has the two kernels that configuration names", async () => {
    const id = await sandbox(["sleep", "600"]);
    const kernels = await test.shell(id, "jupyter kernelspec list --json");
    const names = Object.keys((JSON.parse(kernels) as { kernelspecs: object }).kernelspecs);
    expect(names).toEqual(expect.arrayContaining(["python3-epics-readonly", "python3-epics-write"]));
  });

  it("starts the kernel gateway without a network, and it answers through a process in the container", async () => {
    const id = await sandbox();
    const bridge = [
      "import os, socket, threading, time",
      "for attempt in range(200):",
      "    try: s = socket.create_connection(('127.0.0.1', 8888)); break",
      "    except OSError: time.sleep(0.1)",
      "def up():",
      "    while (b := os.read(0, 65536)): s.sendall(b)",
      "threading.Thread(target=up, daemon=True).start()",
      "while (b := s.recv(65536)): os.write(1, b)",
    ].join("\n");
    const tunnel = await test.engine.exec(id, ["python", "-c", bridge]);
    const answer = await get(tunnel, "/api");
    expect(JSON.parse(answer)).toHaveProperty("version");
  });
});

function get(tunnel: Duplex, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: "token for-this-test", connection: "close" };
    const asked = request({ path, headers, createConnection: () => tunnel }, (response) => {
      text(response).then(resolve, reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("packages beside the image's own", () => {
  it(
    "are found as exact wheels, without those that are there, and can be imported once they are in the image",
    BUILDS,
    async () => {
      const lines: string[] = [];
      const hear = (line: string) => void lines.push(`${new Date().toISOString()} ${line}`);
      onTestFailed(() => console.error(lines.slice(-20).join("\n")));
      const found = await services.resolvePackages(["prettytable", "six>=1"], hear, never);
      expect(found.map(({ name }) => name)).toEqual(["prettytable"]);
      expect(found[0]).toMatchObject({
        version: expect.stringMatching(/^\d/) as string,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      });
      const own = servicesWith({}, process.env, {}, found);
      const added = await own.ensureSandboxImage(null, hear, never);
      try {
        expect(added.id).not.toBe(image.id);
        const said = await printedIn(added.id, "import prettytable, numpy; print(prettytable.__name__)");
        expect(said).toBe("prettytable\n");
      } finally {
        await test.engine.removeImage(added.tags[0]!);
      }
    },
  );

  it("that do not exist, and what is no package, are said so", BUILDS, async () => {
    const missing = services.resolvePackages(["countersign-no-such-package"], () => undefined, never);
    await expect(missing).rejects.toMatchObject({
      code: "packages-not-found",
      message: expect.stringMatching(/countersign-no-such-package/) as string,
    });
    for (const wrong of ["-r /etc/passwd", "https://example.org/x.whl", "./x", "a; b"]) {
      const refused = services.resolvePackages([wrong], () => undefined, never);
      await expect(refused).rejects.toMatchObject({ code: "input-refused" });
    }
  });

  it("the list of modules is what the image has", async () => {
    const list = await printedIn(
      image.id,
      "import importlib.metadata as m; print('\\n'.join(sorted(n for n in m.packages_distributions() if n.isidentifier())))",
    );
    expect(await readFile(join(mediaDir, "services/jupyter/modules.txt"), "utf8")).toBe(list);
  });
});

describe("ContainerServices", () => {
  it("uses an image of the user's, bound by its id", async () => {
    const existing = servicesWith({ existingImage: BASE_IMAGE });
    const base = await test.engine.image(BASE_IMAGE);
    const found = await existing.ensureSandboxImage(null, () => undefined, never);
    expect(found.id).toBe(base?.id);
    expect(await existing.sandboxImage(null)).toMatchObject({
      state: "built",
      recipe: base?.id.slice("sha256:".length),
    });
  });

  it("uses the image that a mode has of its own in place of the one for all", async () => {
    const base = await test.engine.image(BASE_IMAGE);
    const own = await servicesWith({}).ensureSandboxImage(BASE_IMAGE, () => undefined, never);
    expect(own.id).toBe(base?.id);
    const missing = servicesWith({}).sandboxImage(`countersign/none:${test.run}`);
    await expect(missing).rejects.toMatchObject({ code: "image-missing" });
  });

  it("says which image is missing where the user named one that is not there, and still shows the service", async () => {
    const existing = servicesWith({ existingImage: `countersign/none:${test.run}` });
    const ensured = existing.ensureSandboxImage(null, () => undefined, never);
    await expect(ensured).rejects.toMatchObject({ code: "image-missing" });
    expect(await existing.services()).toMatchObject([
      { name: "framework.jupyter", image: { state: "missing" } },
    ]);
  });

  it("shares one build between callers, and shows it as building", async () => {
    // A build argument that nobody else names makes a recipe of its own; the packages' own steps fail fast without an index.
    const own = servicesWith({
      buildArguments: { [`UNIQUE_${test.run.replace("-", "_")}`]: "1" },
      buildNetwork: "default",
    });
    const [patient, impatient] = [new AbortController(), new AbortController()];
    const lines: string[] = [];
    const building = new Promise<void>((resolve) => {
      own.onDidChange(() => resolve());
    });
    const first = own
      .ensureSandboxImage(null, () => undefined, impatient.signal)
      .catch((error: unknown) => error);
    const second = own
      .ensureSandboxImage(null, (line) => lines.push(line), patient.signal)
      .catch((error: unknown) => error);
    await building;
    await expect.poll(async () => (await own.sandboxImage(null)).state, { timeout: 30_000 }).toBe("building");
    impatient.abort();
    expect(await first).toMatchObject({ code: "cancelled" });
    await expect.poll(() => lines.length, { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await own.sandboxImage(null)).toMatchObject({ state: "building" });
    patient.abort();
    expect(await second).toMatchObject({ code: "cancelled" });
    await expect.poll(async () => (await own.sandboxImage(null)).state, { timeout: 30_000 }).toBe("missing");
  });

  it("shows the control gateway where a control system is configured, and nowhere else", async () => {
    const names = (made: ContainerServices) => made.services().then((found) => found.map(({ name }) => name));
    const read_only = { address: "ioc.example.org", port: 5064, network: "bridge" };
    expect(await names(services)).toEqual(["framework.jupyter"]);
    expect(await names(servicesWith({}, process.env, { read_only }))).toEqual([
      "framework.jupyter",
      "framework.control_gateway",
    ]);
  });

  it("lists sandboxes, follows their log, and stops them", async () => {
    const id = await test.start({
      labels: { [LABEL]: "sandbox", run: test.run },
      command: ["sh", "-c", "echo here; sleep 600"],
    });
    try {
      const [service] = await services.services();
      expect(service?.containers).toContainEqual(expect.objectContaining({ id, state: "running" }));
      const heard: string[] = [];
      const following = services.logs(id, (piece) => heard.push(piece), never);
      await expect.poll(() => heard.join("")).toBe("here\n");
      await services.stop(id);
      await following;
      expect(await test.engine.inspect(id)).toMatchObject({ state: "exited", exitCode: 137 });
    } finally {
      await test.engine.remove(id);
    }
  });

  it("stops and removes nothing that is not ours", async () => {
    const foreign = await test.start({ labels: {} });
    try {
      await expect(services.stop(foreign)).rejects.toMatchObject({ code: "input-refused" });
      await expect(services.removeImage(BASE_IMAGE)).rejects.toMatchObject({ code: "input-refused" });
      expect(await test.engine.inspect(foreign)).toMatchObject({ state: "running" });
    } finally {
      await test.engine.remove(foreign);
    }
  });

  it("says what to do where no engine answers", async () => {
    const lost = servicesWith({}, { DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    await expect(lost.services()).rejects.toMatchObject({ code: "engine-missing" });
    await expect(lost.ensureSandboxImage(null, () => undefined, never)).rejects.toMatchObject({
      code: "engine-missing",
    });
  });
});
