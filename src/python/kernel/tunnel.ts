import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";

/** Node passes either an error or a stream, which its type does not say. */
type Connected = (error: Error | null, stream?: Duplex) => void;

/**
 * Bridges stdin and stdout of a process in the container to a port of its loopback interface, so that a gateway in a
 * container without network is reached through the engine. It waits until the gateway listens. What passes through it is
 * for nobody else in the container: its memory and its streams are closed to them (PR_SET_DUMPABLE of prctl(2)).
 */
const BRIDGE = `
import ctypes, os, socket, sys, threading, time
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
port, patience = int(sys.argv[1]), time.monotonic() + 60
while True:
    try:
        peer = socket.create_connection(("127.0.0.1", port)); break
    except OSError:
        if time.monotonic() > patience: sys.exit(1)
        time.sleep(0.02)
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
def up():
    while data := os.read(0, 65536): peer.sendall(data)
    peer.shutdown(socket.SHUT_WR)
threading.Thread(target=up, daemon=True).start()
while data := peer.recv(65536):
    view = memoryview(data)
    while view: view = view[os.write(1, view):]
os._exit(0)
`;

/** The command whose stdin and stdout are a connection to `port` inside the container. */
export function bridgeCommand(port: number): readonly string[] {
  return ["python3", "-I", "-S", "-c", BRIDGE, String(port)];
}

/** Serves both `fetch` and `ws` over streams that somebody else opens: no port, no address. */
export class TunnelAgent extends Agent {
  private readonly open: () => Promise<Duplex>;
  private readonly streams = new Set<Duplex>();
  private destroyed = false;

  constructor(open: () => Promise<Duplex>) {
    super({ keepAlive: false });
    this.open = open;
  }

  override createConnection(
    _options: ClientRequestArgs,
    oncreate?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const callback = oncreate as Connected | undefined;
    this.open().then(
      (stream) => {
        if (this.destroyed) stream.destroy();
        this.streams.add(stream);
        stream.once("close", () => this.streams.delete(stream));
        callback?.(null, stream);
      },
      (error: unknown) => callback?.(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override destroy(): void {
    super.destroy();
    this.destroyed = true;
    for (const stream of this.streams) stream.destroy();
  }
}
