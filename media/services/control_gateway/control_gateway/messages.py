"""Messages of Channel Access: a header of 16 octets, or 24 for what is larger, and a payload.

Specification: EPICS Channel Access Protocol, https://docs.epics-controls.org/en/latest/internal/ca_protocol.html
"""

import struct
from typing import NamedTuple

VERSION, EVENT_ADD, EVENT_CANCEL, READ, WRITE = 0, 1, 2, 3, 4
SEARCH, EVENTS_OFF, EVENTS_ON, READ_SYNC = 6, 8, 9, 10
ERROR, CLEAR_CHANNEL, READ_NOTIFY, CREATE_CHANNEL, WRITE_NOTIFY = 11, 12, 15, 18, 19
CLIENT_NAME, HOST_NAME, ACCESS_RIGHTS, ECHO, CREATE_FAILED = 20, 21, 22, 23, 26

READ_ACCESS = 1
NO_WRITE_ACCESS = 376
"""ECA_NOWTACCESS of caerr.h: message 47, severity warning."""

_HEADER = struct.Struct(">HHHHII")
_LARGE = struct.Struct(">II")
_LARGE_MARK = 0xFFFF
MOST_BYTES = 64 * 1024 * 1024


class Malformed(Exception):
    """No message that both sides would read alike."""


class Message(NamedTuple):
    command: int
    data_type: int
    count: int
    parameter1: int
    parameter2: int
    payload: bytes = b""


def encode(message):
    """One spelling for each message, so that nothing is hidden in what two readers take for different lengths."""
    size, count = len(message.payload), message.count
    tail = (message.parameter1, message.parameter2)
    if size < _LARGE_MARK and count <= _LARGE_MARK:
        return _HEADER.pack(message.command, size, message.data_type, count, *tail) + message.payload
    head = _HEADER.pack(message.command, _LARGE_MARK, message.data_type, 0, *tail)
    return head + _LARGE.pack(size, count) + message.payload


async def read_message(reader):
    """@raises Malformed, asyncio.IncompleteReadError at the end of the stream"""
    fields = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    command, size, data_type, count, parameter1, parameter2 = fields
    if size == _LARGE_MARK:
        if count != 0:
            raise Malformed("a length of 65535 that is not said to be large")
        size, count = _LARGE.unpack(await reader.readexactly(_LARGE.size))
    if size % 8 or size > MOST_BYTES:
        raise Malformed(f"a payload of {size} octets")
    payload = await reader.readexactly(size) if size else b""
    return Message(command, data_type, count, parameter1, parameter2, payload)


def read_datagram(datagram):
    """The messages of a datagram; what follows the first that is cut short is left out."""
    messages, at = [], 0
    while at + _HEADER.size <= len(datagram):
        command, size, data_type, count, parameter1, parameter2 = _HEADER.unpack_from(datagram, at)
        end = at + _HEADER.size + size
        if end > len(datagram):
            break
        payload = datagram[at + _HEADER.size : end]
        messages.append(Message(command, data_type, count, parameter1, parameter2, payload))
        at = end
    return messages


def text_of(payload):
    return payload.split(b"\0", 1)[0].decode("utf-8", "replace")


def padded(text):
    """Text as a payload: ended by a zero, filled up to eight octets."""
    octets = text.encode() + b"\0"
    return octets + b"\0" * (-len(octets) % 8)
