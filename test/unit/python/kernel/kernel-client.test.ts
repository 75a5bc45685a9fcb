import { once } from "node:events";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, type Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { KernelClient } from "../../../../src/python/kernel/kernel-client.ts";
import { TunnelAgent } from "../../../../src/python/kernel/tunnel.ts";
import { loopback } from "../../../../src/python/kernel/wire.ts";

describe("connecting to a gateway", () => {
  it("that takes a request and never answers ends with the signal, and lets go of the connection", async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController();
    const connecting = KernelClient.connect(loopback(new Agent(), port, "t"), stop.signal);
    const refused = expect(connecting).rejects.toMatchObject({ code: "cancelled" });
    const [request] = (await once(server, "request")) as [{ socket: Duplex }];
    const closed = once(request.socket, "close");
    stop.abort();
    await Promise.all([refused, closed]);
  });

  it("through a tunnel that opens too late ends with the signal, and the tunnel is closed", async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<boolean>();
    const { promise: opened, resolve: arrive } = Promise.withResolvers<Duplex>();
    const agent = new TunnelAgent(() => {
      ask(true);
      return opened;
    });
    const stop = new AbortController();
    const connecting = KernelClient.connect(loopback(agent, 1, "t"), stop.signal);
    const refused = expect(connecting).rejects.toMatchObject({ code: "cancelled" });
    await asked;
    stop.abort();
    await refused;
    const late = new PassThrough();
    const closed = once(late, "close");
    arrive(late);
    await closed;
  });
});
