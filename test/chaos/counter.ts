import { randomInt, randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { LABEL, type Engine } from "../../src/containers/engine.ts";
import type { Disposable } from "../../src/host.ts";

const PORT = 7000;
const SERVER = `
import socketserver, sys
class Line(socketserver.StreamRequestHandler):
    def handle(self):
        sys.stdout.write("RAN " + self.rfile.readline().decode())
        sys.stdout.flush()
        self.wfile.write(b"counted\\n")
socketserver.ThreadingTCPServer(("0.0.0.0", ${PORT}), Line).serve_forever()
`;

/** Counts how often code really ran: a container on an internal network that notes each line that is sent to it. */
export class Counter implements Disposable {
  readonly network = `countersign-chaos-${randomUUID()}`;
  private readonly engine: Engine;
  private readonly id: string;
  private readonly address: string;

  private constructor(engine: Engine, network: string, address: string, id: string) {
    this.engine = engine;
    this.network = network;
    this.address = address;
    this.id = id;
  }

  static async start(engine: Engine, image: string): Promise<Counter> {
    const name = `countersign-chaos-${randomUUID()}`;
    const third = randomInt(256);
    const address = `10.214.${third}.2`;
    await engine.createInternalNetwork(name, `10.214.${third}.0/24`, {});
    const spec = {
      name,
      image,
      labels: { [LABEL]: "test" },
      environment: { KG_AUTH_TOKEN: "none" },
      command: ["/opt/venv/bin/python", "-c", SERVER],
      network: name,
      address,
      user: "1000:1000",
      readOnlyRoot: true,
      memoryBytes: 128 * 1024 * 1024,
      cpus: 1,
      processes: 64,
      tmpfs: { "/tmp": "size=64m,mode=1777" },
      mounts: [],
    };
    const id = await engine.createContainer(spec, AbortSignal.timeout(30_000));
    await engine.start(id);
    return new Counter(engine, name, address, id);
  }

  /** Code that counts itself under this name, then works for a while. */
  code(name: string): string {
    return `
import socket, time
with socket.create_connection(("${this.address}", ${PORT}), 20) as counter:
    counter.sendall(b"${name}\\n")
    counter.recv(16)
print("counted", flush=True)
time.sleep(0.3)
results = {"name": "${name}"}
`;
  }

  async count(name: string): Promise<number> {
    const log = await text(await this.engine.logs(this.id, { follow: false }, AbortSignal.timeout(20_000)));
    return log.split("\n").filter((line) => line === `RAN ${name}`).length;
  }

  async dispose(): Promise<void> {
    await this.engine.remove(this.id);
    await this.engine.removeNetwork(this.network);
  }
}
