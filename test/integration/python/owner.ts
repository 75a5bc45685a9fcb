// A process that holds a warm sandbox until it is killed. Told by its parent which image; tells the container's id.
import { ContainerSandbox } from "../../../src/python/sandboxes/container-sandbox.ts";
import { ControlGateways } from "../../../src/python/control/control-gateways.ts";
import { findEngine } from "../../../src/containers/engine-discovery.ts";
import { join } from "node:path";
import { readSeccompProfile } from "../../../src/containers/seccomp-profile.ts";
import { DockerEngine } from "../../../src/containers/docker-engine.ts";

const [, , image = "", name = ""] = process.argv;
const limits = { seconds: 30, memoryMb: 512, cpus: 1, processes: 128, workingFolderMb: 16, outputMb: 16 };
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const mediaDir = join(import.meta.dirname, "../../../media");
const profile = await readSeccompProfile(mediaDir);
const engine = new DockerEngine(await findEngine(process.env, AbortSignal.timeout(10_000)), profile, log);
const plain = { dataFolders: [], environment: {}, networks: [], control: null };
const spec = { ...plain, image, kernelName: name, limits };
const gateways = new ControlGateways({ containers: () => Promise.reject(new Error("none")), mediaDir });
const sandbox = await ContainerSandbox.create({ engine, gateways }, spec, AbortSignal.timeout(60_000));
process.stdout.write(`\nCONTAINER ${sandbox.identity.container ?? ""}\n`);
setInterval(() => undefined, 60_000);
