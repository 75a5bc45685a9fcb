"""Output is neither lost nor piles up: code waits until what it put out has gone on its way.

By default ZeroMQ drops what a slow reader has not taken, and the kernel keeps in memory what was not handed to ZeroMQ.
"""

import codecs
import collections
import json
import os
import threading

import zmq
from ipykernel.iostream import OutStream
from jupyter_client.jsonutil import json_clean, json_default

MESSAGES_ON_THE_WAY = 64
BYTES_WAITING = 8 * 1024 * 1024
CHARACTERS_A_MESSAGE = 256 * 1024
# The host reads messages of 64 MB, and gives up on a connection that sends a larger one.
BYTES_A_MESSAGE = 60 * 1024 * 1024
# Of each text in an error, and so many of the last ones where together they are more.
CHARACTERS_OF_AN_ERROR = 1_000_000
LARGE_TEXTS_OF_AN_ERROR = 8
OUTPUT_TYPES = ("stream", "display_data", "update_display_data", "execute_result", "error")
DELIMITER = b"<IDS|MSG>"
SECONDS_BETWEEN_LOOKS = 0.2


class Room:
    """Bytes that were put out and have not gone on their way."""

    def __init__(self):
        self.changed = threading.Condition()
        self.waiting = 0

    def enter(self, size, until_it_fits, hurry=lambda: None):
        while until_it_fits and not self.fits(size):
            hurry()  # without the lock: it may have to wait for the thread that makes room
            with self.changed:
                if not self.fits(size):
                    self.changed.wait(SECONDS_BETWEEN_LOOKS)
        with self.changed:
            self.waiting += size

    def fits(self, size):
        return self.waiting <= 0 or self.waiting + size <= BYTES_WAITING

    def leave(self, size):
        with self.changed:
            self.waiting -= size
            self.changed.notify_all()


class Sent:
    """Counts outputs by the request that they answer: the host compares what came."""

    def __init__(self):
        self.lock = threading.Lock()
        self.outputs = collections.Counter()

    def count(self, message):
        try:
            kind = json.loads(message[message.index(DELIMITER) + 2])["msg_type"]  # behind the signature
            request = request_of(message)["msg_id"]
        except (ValueError, TypeError, LookupError):
            return  # no message of the kernel's own
        if kind in OUTPUT_TYPES:
            with self.lock:
                self.outputs[request] += 1


def keep_all_output(kernel):
    """A fork of this process has no thread that sends: it is left as it is."""
    publisher = kernel.iopub_socket.io_thread
    room = Room()
    sent = Sent()
    publisher.schedule(lambda: hold_back(publisher.socket))
    wait_before_sending(kernel, room, sent)
    tell_how_many(kernel, sent)
    wait_before_printing(publisher, room)
    pack_any_text(kernel.session)


def hold_back(socket):
    """Sending waits for a slow reader. libzmq gives both to the pipes that stand as well."""
    socket.setsockopt(zmq.XPUB_NODROP, 1)
    socket.setsockopt(zmq.SNDHWM, MESSAGES_ON_THE_WAY)


def may_wait(publisher):
    return publisher.thread.is_alive() and threading.current_thread() is not publisher.thread


def tell_how_many(kernel, sent):
    finish = kernel.finish_metadata

    def finish_metadata(parent, metadata, reply_content):
        metadata = finish(parent, metadata, reply_content)
        metadata["countersign_outputs"] = sent.outputs[parent["header"]["msg_id"]]
        return metadata

    kernel.finish_metadata = finish_metadata


def wait_before_sending(kernel, room, sent):
    publisher = kernel.iopub_socket.io_thread
    owner = os.getpid()
    plain = publisher.send_multipart

    def send_multipart(message, *arguments, **options):
        if os.getpid() != owner:
            plain(message, *arguments, **options)
            return
        size = sum(len(part) for part in message)
        if size > BYTES_A_MESSAGE:
            tell_left_out(kernel, message, size)
            return
        sent.count(message)
        room.enter(size, may_wait(publisher))

        def send():
            try:
                publisher._really_send(message, *arguments, **options)
            finally:
                room.leave(size)

        publisher.schedule(send)

    publisher.send_multipart = send_multipart


def tell_left_out(kernel, message, size):
    """In the place of an output that is larger than the host reads: the run goes on without it."""
    text = f"Countersign: an output of {size / 1e6:,.0f} MB is more than can be sent at once, and was left out.\n"
    content = {"name": "stderr", "text": text}
    kernel.session.send(kernel.iopub_socket, "stream", content, parent=request_of(message))


def request_of(message):
    """The header of the request that it answers; none where it is no message of the kernel's own."""
    try:
        return json.loads(message[message.index(DELIMITER) + 3])
    except (ValueError, TypeError, LookupError):
        return {}


def wait_before_printing(publisher, room):
    owner = os.getpid()
    write = OutStream.write
    flush_buffers = OutStream._flush_buffers

    def write_in_pieces(self, string):
        if os.getpid() != owner or not isinstance(string, str) or self.closed:
            return write(self, string)
        for start in range(0, len(string), CHARACTERS_A_MESSAGE):
            piece = string[start : start + CHARACTERS_A_MESSAGE]
            room.enter(len(piece), may_wait(publisher), lambda: publisher.schedule(self._flush))
            write(self, piece)
        return len(string)

    def flush_in_pieces(self):
        for parent, text in flush_buffers(self):
            if os.getpid() == owner:
                room.leave(len(text))
            for start in range(0, len(text), CHARACTERS_A_MESSAGE):
                yield parent, text[start : start + CHARACTERS_A_MESSAGE]

    OutStream.write = write_in_pieces
    OutStream._flush_buffers = flush_in_pieces


def pack_any_text(session):
    """Text may hold halves of surrogate pairs, which UTF-8 has no bytes for: each is kept as the escape that Python shows."""
    codecs.register_error("countersign-escape", escaped)

    def pack(content):
        if isinstance(content, dict) and "traceback" in content:
            content = with_short_texts(content)
        try:
            text = to_json(content)
        except (TypeError, ValueError):
            text = to_json(json_clean(content))
        return text.encode("utf-8", "countersign-escape")

    session.pack = pack


def with_short_texts(error):
    """An error's message can be any text, and stands in it and in its reply more than once: larger than the host reads
    messages, it would cost the run its connection."""
    lines = [shortened(line) for line in error["traceback"]]
    if sum(map(len, lines)) > LARGE_TEXTS_OF_AN_ERROR * CHARACTERS_OF_AN_ERROR:
        lines = lines[-LARGE_TEXTS_OF_AN_ERROR:]
    return {**error, "traceback": lines, "evalue": shortened(error.get("evalue", ""))}


def shortened(text):
    more = len(text) - CHARACTERS_OF_AN_ERROR
    return text if more <= 0 else f"{text[:CHARACTERS_OF_AN_ERROR]}… ({more:,} characters more)"


def to_json(content):
    return json.dumps(content, default=json_default, ensure_ascii=False, allow_nan=False)


def escaped(error):
    """Within a text of JSON, where a backslash is written twice."""
    characters = error.object[error.start : error.end]
    return "".join(f"\\\\u{ord(character):04x}" for character in characters), error.end
