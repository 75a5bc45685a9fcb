"""Channel Access on a sandbox's own loopback: passes on what clients there say to the control gateway.

The gateway is reached over two Unix sockets in a volume that it shares with this sandbox alone, see
control_gateway/relay.py for the other end. Says "ready" once clients are listened to.
"""

import asyncio
import ctypes
import os
import struct
import sys

SEARCH_PORT = 5064
LOOPBACK = "127.0.0.1"
PIECE = 65536
SECONDS_UNTIL_GATEWAY = 60
ASKED = struct.Struct(">HH")
FOUND = struct.Struct(">HHH")
PORT = struct.Struct(">H")


class Relay:
    def __init__(self, folder):
        self._folder = folder
        self._listening = {}

    async def run(self):
        reader, asking = await self._connected("searches")
        searches, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Searches(asking), (LOOPBACK, SEARCH_PORT)
        )
        os.write(1, b"ready\n")
        while True:
            client, port, size = FOUND.unpack(await reader.readexactly(FOUND.size))
            datagram = await reader.readexactly(size)
            # The client connects as soon as it is told.
            await self._listen(port)
            searches.sendto(datagram, (LOOPBACK, client))

    async def _connected(self, name):
        """The gateway is started beside this sandbox, and may be later."""
        for _ in range(SECONDS_UNTIL_GATEWAY * 50):
            try:
                return await asyncio.open_unix_connection(f"{self._folder}/{name}")
            except OSError:
                await asyncio.sleep(0.02)
        raise SystemExit("no control gateway came")

    async def _listen(self, port):
        if port not in self._listening:
            self._listening[port] = await asyncio.start_server(
                lambda reader, writer: self._attend(port, reader, writer), LOOPBACK, port
            )

    async def _attend(self, port, reader, writer):
        try:
            onward_reader, onward = await asyncio.open_unix_connection(f"{self._folder}/circuits")
        except OSError:
            writer.close()
            return
        onward.write(PORT.pack(port))
        ways = [asyncio.create_task(_pump(reader, onward)), asyncio.create_task(_pump(onward_reader, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        onward.close()
        writer.close()


async def _pump(reader, writer):
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()


class _Searches(asyncio.DatagramProtocol):
    def __init__(self, asking):
        self._asking = asking

    def datagram_received(self, data, addr):
        self._asking.write(ASKED.pack(addr[1], len(data)) + data)

    def error_received(self, exc):
        """A client that is gone."""


# What passes is for nobody else in the container: this process cannot be looked into (PR_SET_DUMPABLE of prctl(2)).
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
try:
    asyncio.run(Relay(sys.argv[1]).run())
except (OSError, asyncio.IncompleteReadError):
    pass
