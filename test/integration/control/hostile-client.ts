/** A Channel Access client that obeys nothing it is told: Python, for the head of a run's code. */
export const HOSTILE_CLIENT = `
import os, socket, struct

def message(command, data_type=0, count=0, first=0, second=0, payload=b""):
    payload += b"\\0" * (-len(payload) % 8)
    return struct.pack(">HHHHII", command, len(payload), data_type, count, first, second) + payload

def find(name, gateway=None):
    search = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    search.settimeout(0.5)
    gateway = gateway or os.environ["EPICS_CA_ADDR_LIST"]
    for attempt in range(6):
        search.sendto(message(0, 0, 13) + message(6, 5, 13, 1, 1, name.encode() + b"\\0"), (gateway, 5064))
        try:
            answer = search.recv(4096)
        except TimeoutError:
            continue
        return gateway, struct.unpack(">H", answer[20:22])[0]
    return None

def read_until_closed(server):
    with socket.create_connection(server, 5) as stream:
        try:
            stream.sendall(message(0, 0, 13))
            return len(stream.recv(4096))
        except ConnectionError:
            return 0

class Circuit:
    def __init__(self, server, name):
        self.stream = socket.create_connection(server, 5)
        self.stream.sendall(
            message(0, 0, 13) + message(20, payload=b"operator\\0") + message(21, payload=b"console\\0")
            + message(18, 0, 0, 1, 13, name.encode() + b"\\0")
        )
        self.channel = self.until(18)[5]

    def until(self, command):
        while True:
            header = self.exactly(16)
            fields = struct.unpack(">HHHHII", header)
            self.exactly(fields[1])
            if fields[0] == command:
                return fields

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.stream.recv(count - len(data))
            if not piece:
                raise ConnectionError("closed")
            data += piece
        return data

    def put(self, value):
        self.stream.sendall(message(19, 6, 1, self.channel, 1, struct.pack(">d", value)))
        return self.until(19)[4]

def open_circuit(name):
    return Circuit(find(name), name)

def put(name, value):
    return open_circuit(name).put(value)
`;
