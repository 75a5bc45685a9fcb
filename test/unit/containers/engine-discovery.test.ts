import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findEngine } from "../../../src/containers/engine-discovery.ts";

const never = new AbortController().signal;
let folder: string;
const servers: Server[] = [];

beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "engine-"))));
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true });
});

/** Speaks just `/version` of the engine's protocol. */
async function engine(answer: object, listenOn: string | number): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/version" ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  servers.push(server);
  await once(server.listen(listenOn), "listening");
  return server;
}

describe("findEngine", () => {
  it("takes the socket that DOCKER_HOST names, and tells Podman from Docker", async () => {
    const socket = join(folder, "podman.sock");
    await engine({ Version: "4.3.1", Components: [{ Name: "Podman Engine", Version: "4.3.1" }] }, socket);
    const found = await findEngine({ DOCKER_HOST: `unix://${socket}` }, never);
    expect(found.address).toEqual({ product: "podman", socket: `unix://${socket}`, remote: false });
  });

  it("takes a TCP address, with or without its scheme, as remote", async () => {
    const server = await engine({ Version: "28.2.2", Components: [{ Name: "Engine" }] }, 0);
    const { port } = server.address() as AddressInfo;
    for (const host of [`tcp://127.0.0.1:${port}`, `127.0.0.1:${port}`]) {
      const found = await findEngine({ DOCKER_HOST: host }, never);
      expect(found.address).toEqual({ product: "docker", socket: `tcp://127.0.0.1:${port}`, remote: true });
    }
  });

  it("never takes another engine where the named one is silent", async () => {
    const missing = join(folder, "none.sock");
    await engine({ Version: "1" }, join(folder, "docker.sock"));
    const environment = { DOCKER_HOST: `unix://${missing}`, XDG_RUNTIME_DIR: folder };
    await expect(findEngine(environment, never)).rejects.toMatchObject({
      code: "engine-missing",
      message: expect.stringContaining(missing) as string,
      next: expect.stringContaining("DOCKER_HOST") as string,
    });
  });

  it("says so where the address is of a kind that is not understood", async () => {
    await expect(findEngine({ DOCKER_HOST: "ssh://host" }, never)).rejects.toMatchObject({
      code: "engine-missing",
      message: expect.stringContaining("only unix:// and tcp://") as string,
    });
  });

  it("says so where something else answers", async () => {
    const socket = join(folder, "other.sock");
    const server = createServer((_request, response) => response.writeHead(500).end("no"));
    servers.push(server);
    await once(server.listen(socket), "listening");
    await expect(findEngine({ DOCKER_HOST: `unix://${socket}` }, never)).rejects.toMatchObject({
      code: "engine-missing",
    });
  });
});
