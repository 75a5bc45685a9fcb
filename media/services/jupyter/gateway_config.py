"""Configuration of the kernel gateway of one sandbox: one kernel, one execute request, evidence of it in the log.

The engine keeps what is written to file descriptor 1, so that somebody can tell later whether approved code was handed
to the kernel, even if nobody was connected any more. Each line is written before what it tells of is passed on:

    COUNTERSIGN accepted <msg_id> <SHA-256 of the code as UTF-8>
    COUNTERSIGN refused <msg_id> <SHA-256 of the code as UTF-8>
    COUNTERSIGN replied <status>
    COUNTERSIGN overdue
    COUNTERSIGN died

What the kernel puts out is kept in the file that COUNTERSIGN_OUTPUTS names too, up to COUNTERSIGN_OUTPUT_BYTES, for
whoever comes after an owner that is gone: a JSON object a line, {"type": message type, "content": its content}. In a
container the run goes on without its owner, unless COUNTERSIGN_ENDS_WITH_OWNER is set, and what it left stays there; on a
machine without one it ends.

The same file serves the container and the local gateway. Environment: KG_AUTH_TOKEN, or in a container
COUNTERSIGN_TOKEN_FILE, which it waits for and removes; COUNTERSIGN_PORT for another port than 8888, where 0 means any free one, which is told as

    COUNTERSIGN listening <port>
"""

import ctypes
import hashlib
import json
import os
import signal
import socket
import struct
import threading
import time

from jupyter_client.connect import ConnectionFileMixin
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from tornado.httpserver import HTTPServer
from tornado.websocket import WebSocketHandler

V1_PROTOCOL = "v1.kernel.websocket.jupyter.org"
SECONDS_UNTIL_CONNECTED = 180
SECONDS_UNTIL_TOKEN = 60
TOKEN_DIGITS = 64
SECONDS_WITHOUT_OWNER = 20
SECONDS_AT_MOST = 24 * 60 * 60
CONTENT = 4  # of a message: signature, header, parent header, metadata, content
OUTPUT_TYPES = ("stream", "display_data", "update_display_data", "execute_result", "error")
# What reading a message raises that is none: code can send anything in its kernel's name.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
MESSAGES_ON_THE_WAY = 64
# Channel Access: the port of its repeater, the message of a client that registers there, and what a repeater answers.
REPEATER_PORT = 5065
REGISTERS = struct.pack(">H", 24)
REGISTERED = struct.pack(">HHHHI4B", 17, 0, 0, 0, 0, 127, 0, 0, 1)
BYTES_UNSENT = 8 * 1024 * 1024
# Popped, so that the kernel does not inherit them.
OUTPUTS = os.environ.pop("COUNTERSIGN_OUTPUTS", None)
ENDS_WITH_OWNER = os.environ.pop("COUNTERSIGN_ENDS_WITH_OWNER", "") != "" or OUTPUTS is None
OUTPUT_BYTES_KEPT = int(os.environ.pop("COUNTERSIGN_OUTPUT_BYTES", "0"))

kernel_groups = set()

c = get_config()  # noqa: F821


def take_token():
    """Where the kernel is given it by neither environment nor file: it is gone before there is a kernel."""
    path = os.environ.pop("COUNTERSIGN_TOKEN_FILE", None)
    if path is None:
        return os.environ.pop("KG_AUTH_TOKEN")
    # PR_SET_DUMPABLE of prctl(2): nobody else of this user can look into this process.
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    patience = time.monotonic() + SECONDS_UNTIL_TOKEN
    while not (os.path.exists(path) and os.path.getsize(path) == TOKEN_DIGITS):
        if time.monotonic() > patience:
            raise SystemExit("no token came")
        time.sleep(0.005)
    with open(path) as file:
        token = file.read()
    os.unlink(path)
    return token


c.KernelGatewayApp.ip = "127.0.0.1"
c.KernelGatewayApp.port = int(os.environ.get("COUNTERSIGN_PORT", "8888"))
c.KernelGatewayApp.port_retries = 0
c.KernelGatewayApp.auth_token = take_token()
c.KernelGatewayApp.prespawn_count = 1
c.KernelGatewayApp.max_kernels = 1
c.JupyterWebsocketPersonality.list_kernels = True
# Loopback ports can be read by every user of a machine; the files of an ipc socket cannot.
c.KernelManager.transport = "ipc"
# A kernel that died is reported as dead within half a second, and never started again.
c.KernelRestarter.restart_limit = 0
c.KernelRestarter.time_to_dead = 0.5
c.MappingKernelManager.allowed_message_types = ["kernel_info_request", "execute_request"]
# The server's rate limits drop output silently; the host counts and keeps it.
c.ZMQChannelsWebsocketConnection.limit_rate = False


def say(line):
    """One write, so that lines of the kernel's processes cannot cut into it."""
    os.write(1, f"COUNTERSIGN {line}\n".encode())


class OneRequest:
    """Lets the first execute request through to the kernel, and no other."""

    def __init__(self):
        self.taken = False

    def admits(self, connection, message):
        header, metadata, content = read_request(connection.subprotocol, message)
        if header["msg_type"] != "execute_request":
            return True
        digest = hashlib.sha256(content["code"].encode()).hexdigest()
        verdict = "refused" if self.taken else "accepted"
        self.taken = True
        if verdict == "accepted":
            end_after(metadata.get("countersign_seconds"))
        say(f"{verdict} {header['msg_id']} {digest}")
        return verdict == "accepted"


def end_after(seconds):
    """The host keeps the time; this is for a run whose host is gone, so that code does not run for ever."""
    given = isinstance(seconds, (int, float)) and 0 < seconds < SECONDS_AT_MOST
    timer = threading.Timer(seconds if given else SECONDS_AT_MOST, leave_overdue)
    timer.daemon = True
    timer.start()


def leave_overdue():
    say("overdue")
    stop_everything()


def stop_everything():
    """As a container's first process, it stops everything else in there and stays: what the run left is still to be fetched.
    Elsewhere it is one process of many and ends its kernel and itself."""
    if os.getpid() == 1:
        os.kill(-1, signal.SIGKILL)
        return
    for group in kernel_groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except OSError:
            pass
    os._exit(0)


def read_request(subprotocol, message):
    """Header, metadata and content of a request in either of the two protocols of a kernel's WebSocket."""
    if subprotocol == V1_PROTOCOL:
        _, parts = deserialize_msg_from_ws_v1(message)
        return json.loads(parts[0]), json.loads(parts[2]), json.loads(parts[3])
    decoded = json.loads(message)
    return decoded["header"], decoded.get("metadata", {}), decoded["content"]


def read_reply_status(frames):
    """The status that an execute reply carries; None for every other message."""
    if json.loads(frames[1]).get("msg_type") != "execute_reply":
        return None
    status = json.loads(frames[CONTENT]).get("status")
    return status if status in ("ok", "error", "aborted") else "unknown"


class KeptOutputs:
    """What the kernel put out, up to a limit. The kernel's user may change the file: it proves nothing."""

    def __init__(self, path):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self.file = None if path is None else os.open(path, flags, 0o600)
        self.room = OUTPUT_BYTES_KEPT
        if self.file is not None:
            os.write(self.file, b'{"type": "begin"}\n')

    def keep(self, frames):
        if self.file is None:
            return
        kind = json.loads(frames[1]).get("msg_type")
        if kind not in OUTPUT_TYPES:
            return
        line = b'{"type": "%s", "content": %s}\n' % (kind.encode(), bytes(frames[CONTENT]))
        self.room -= len(line)
        try:
            os.write(self.file, line if self.room >= 0 else b'{"type": "cut"}\n')
        except OSError:  # the code filled the place
            self.room = -1
        if self.room < 0:
            os.close(self.file)
            self.file = None


def guard_requests(one_request):
    handle = ZMQChannelsWebsocketConnection.handle_incoming_message

    def handle_incoming_message(self, message):
        if one_request.admits(self, message):
            handle(self, message)

    ZMQChannelsWebsocketConnection.handle_incoming_message = handle_incoming_message


def witness_messages():
    handle = ZMQChannelsWebsocketConnection.handle_outgoing_message

    def handle_outgoing_message(self, stream, parts):
        channel = stream if isinstance(stream, str) else getattr(stream, "channel", None)
        try:
            witness(self.session, channel, parts)
            handle(self, stream, parts)
        except MALFORMED:
            self.websocket_handler.write_message(b"", binary=True)  # the owner counts what it cannot read
        if channel == "iopub":
            pause_while_unsent(self, stream)

    ZMQChannelsWebsocketConnection.handle_outgoing_message = handle_outgoing_message


def witness(session, channel, parts):
    if channel not in ("shell", "iopub"):
        return
    _, frames = session.feed_identities(parts)
    if channel == "iopub":
        kept_outputs.keep(frames)
        return
    status = read_reply_status(frames)
    if status is not None:
        say(f"replied {status}")


def witness_if_message(session, channel, parts):
    try:
        witness(session, channel, parts)
    except MALFORMED:
        pass


def witness_without_owner():
    """Where the owner was killed the server keeps what the kernel sends, without end and without a word: the reply is told
    of, outputs are kept as far as they are at all, and the rest is let go."""

    def start_buffering(self, kernel_id, session_key, channels):
        session = self.get_kernel(kernel_id).session
        for channel, stream in channels.items():
            stream.on_recv(lambda parts, channel=channel: witness_if_message(session, channel, parts))

    MappingKernelManager.start_buffering = start_buffering


def limit_what_is_on_the_way():
    """A kernel waits for a reader that has not taken so many messages (see its start-up): none is dropped, few are held."""
    connect = ConnectionFileMixin.connect_iopub

    def connect_iopub(self, *arguments, **options):
        socket = connect(self, *arguments, **options)
        socket.rcvhwm = MESSAGES_ON_THE_WAY
        return socket

    ConnectionFileMixin.connect_iopub = connect_iopub


def pause_while_unsent(connection, stream):
    """What the owner has not taken is held by the server in memory, without end: no more is read until it has."""
    handler = connection.websocket_handler
    if getattr(handler, "countersign_unsent", 0) > BYTES_UNSENT:
        stream.stop_on_recv()
        handler.countersign_go_on = lambda: stream.on_recv_stream(connection.handle_outgoing_message)


def count_unsent(handler, message, written):
    size = len(message)
    handler.countersign_unsent = getattr(handler, "countersign_unsent", 0) + size

    def sent(future):
        future.exception()
        handler.countersign_unsent -= size
        go_on = getattr(handler, "countersign_go_on", None)
        # One that is closed has its channels read by another hand, see witness_without_owner.
        if go_on is not None and handler.ws_connection is not None and handler.countersign_unsent < BYTES_UNSENT / 2:
            handler.countersign_go_on = None
            go_on()

    written.add_done_callback(sent)


def send_without_delay():
    """Nagle's algorithm meeting delayed acknowledgement costs 40 ms a cell. Set earlier it does not last: tornado resets it."""
    write = WebSocketHandler.write_message

    def write_message(self, *arguments, **options):
        if not getattr(self, "countersign_no_delay", False):
            self.set_nodelay(True)
            self.countersign_no_delay = True
        written = write(self, *arguments, **options)
        count_unsent(self, arguments[0], written)
        return written

    WebSocketHandler.write_message = write_message


def leave_activity_unwatched():
    """The server parses every message a second time to know when a kernel was last active: half a millisecond a cell for
    something that nobody asks a gateway of one request."""

    def start_watching_activity(self, kernel_id):
        self._kernels[kernel_id].execution_state = "idle"
        self.add_restart_callback(kernel_id, lambda: say("died"), "dead")
        group = getattr(self._kernels[kernel_id].provisioner, "pgid", None)
        if group is not None and group != os.getpgid(0):
            kernel_groups.add(group)

    MappingKernelManager.start_watching_activity = start_watching_activity


def tell_port():
    """Told by who listens: a port that was free a moment ago may be somebody else's by now."""
    add = HTTPServer.add_sockets

    def add_sockets(self, sockets):
        add(self, sockets)
        say(f"listening {sockets[0].getsockname()[1]}")

    HTTPServer.add_sockets = add_sockets


def register_with_no_repeater():
    """Channel Access's clients want a repeater of servers' beacons on their machine: without one they look for a program to
    start as it, and print a page. No beacon comes into a sandbox, so clients are told that they are registered, and that is all."""
    registrations = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    registrations.bind(("127.0.0.1", REPEATER_PORT))

    def confirm():
        while True:
            message, client = registrations.recvfrom(64)
            if message.startswith(REGISTERS):
                registrations.sendto(REGISTERED, client)

    threading.Thread(target=confirm, daemon=True).start()


class Abandonment:
    """Ends what nobody holds any more: its owner is gone, and cannot end it.

    A container that has taken its request stays, whatever runs in it: what became of that is still to be found out.
    """

    def __init__(self, one_request):
        self.one_request = one_request
        self.connections = set()
        self.timer = None
        self.wait(SECONDS_UNTIL_CONNECTED)

    def wait(self, seconds):
        self.timer = threading.Timer(seconds, self.leave)
        self.timer.daemon = True
        self.timer.start()

    def leave(self):
        if self.connections:
            return
        if not self.one_request.taken:
            os._exit(0)
        if ENDS_WITH_OWNER:
            stop_everything()

    def joined(self, connection):
        self.timer.cancel()
        self.connections.add(connection)

    def left(self, connection):
        self.connections.discard(connection)
        if not self.connections:
            self.wait(1 if self.one_request.taken and ENDS_WITH_OWNER else SECONDS_WITHOUT_OWNER)


def end_when_abandoned(one_request):
    abandonment = Abandonment(one_request)
    connect = ZMQChannelsWebsocketConnection.connect
    disconnect = ZMQChannelsWebsocketConnection.disconnect

    def connected(self):
        abandonment.joined(id(self))
        return connect(self)

    def disconnected(self):
        abandonment.left(id(self))
        return disconnect(self)

    ZMQChannelsWebsocketConnection.connect = connected
    ZMQChannelsWebsocketConnection.disconnect = disconnected


one_request = OneRequest()
kept_outputs = KeptOutputs(OUTPUTS)
guard_requests(one_request)
end_when_abandoned(one_request)
witness_messages()
witness_without_owner()
limit_what_is_on_the_way()
send_without_delay()
leave_activity_unwatched()
tell_port()
if OUTPUTS is not None:  # a sandbox: a machine may have a repeater of its own
    register_with_no_repeater()
