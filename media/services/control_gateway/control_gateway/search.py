"""Passes searches for channels on, and answers with a port of the relay for the server that has the channel."""

import asyncio
import socket
import struct
import time

from .messages import SEARCH, VERSION, Message, encode, read_datagram

MINOR_VERSION = 13
ANSWER_IN_ANY_CASE = 10
FROM_THE_SENDER = 0xFFFFFFFF
MOST_PENDING = 10_000
SECONDS_RESOLVED = 5


class Search:
    def __init__(self, claims, circuits, behind):
        self._claims = claims
        self._circuits = circuits
        self._behind = behind
        self._resolved = (0.0, None)
        self._pending = {}
        self._next = 0
        self._system = None

    async def open(self):
        answered = _Datagrams(self._from_system)
        self._system, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: answered, ("0.0.0.0", 0), allow_broadcast=True
        )

    async def asked(self, asker, datagram):
        """Heeded while a request is performed."""
        if self._claims.current is None:
            return
        searches = [message for message in read_datagram(datagram) if message.command == SEARCH]
        address = await self._address()
        if not searches or address is None:
            return
        asked = b"".join(self._asked(asker, search) for search in searches)
        self._system.sendto(encode(Message(VERSION, 0, MINOR_VERSION, 0, 0)) + asked, address)

    def _asked(self, asker, search):
        """The same search under a number of ours, which the answer carries."""
        self._next = (self._next + 1) & 0x7FFFFFFF
        self._pending[self._next] = (asker, search.parameter2)
        while len(self._pending) > MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        return encode(search._replace(parameter1=self._next, parameter2=self._next))

    async def _from_system(self, datagram, sender):
        for message in read_datagram(datagram):
            asked = self._pending.pop(message.parameter2, None) if message.command == SEARCH else None
            if asked is None:
                continue
            host = sender[0] if message.parameter1 == FROM_THE_SENDER else _dotted(message.parameter1)
            self._found(*asked, (host, message.data_type))

    def _found(self, asker, number, server):
        port = self._circuits.port_for(server)
        if port is not None and self._claims.current is not None:
            payload = struct.pack(">H6x", MINOR_VERSION)
            found = Message(SEARCH, port, 0, FROM_THE_SENDER, number, payload)
            asker.answer(port, encode(Message(VERSION, 0, MINOR_VERSION, 0, 0)) + encode(found))

    async def _address(self):
        """Asked for again every few seconds: what lies behind may start later, or elsewhere."""
        until, address = self._resolved
        if time.monotonic() < until:
            return address
        host, port = self._behind
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, family=socket.AF_INET)
            address = found[0][4]
        except OSError:
            address = None
        self._resolved = (time.monotonic() + SECONDS_RESOLVED, address)
        return address


class _Datagrams(asyncio.DatagramProtocol):
    """Hands datagrams on one after the other; more than can be passed on are dropped, as a network would."""

    def __init__(self, heed):
        self._heed = heed
        self._waiting = asyncio.Queue(1000)
        self._work = asyncio.create_task(self._pass_on())

    def datagram_received(self, data, addr):
        if not self._waiting.full():
            self._waiting.put_nowait((data, addr))

    def error_received(self, exc):
        """Nobody listens there yet."""

    async def _pass_on(self):
        while True:
            await self._heed(*await self._waiting.get())


def _dotted(number):
    return socket.inet_ntoa(struct.pack(">I", number))
