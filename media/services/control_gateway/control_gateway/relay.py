"""The other end of media/services/control_relay/relay.py, in a volume that this gateway shares with one sandbox alone.

Who speaks is therefore known, whatever is said. Over the Unix socket `searches` come, each after the port of the client
and its length, the datagrams of clients that search; back go, each after the client's port, the port that the found server
is behind and its length, the answers. A connection to `circuits` is a client's circuit: its first two octets are the port.
"""

import asyncio
import struct

ASKED = struct.Struct(">HH")
FOUND = struct.Struct(">HHH")
PORT = struct.Struct(">H")


async def serve_relay(search, circuits, presence, folder):
    async def attend_searches(reader, writer):
        with presence.there():
            try:
                while True:
                    client, size = ASKED.unpack(await reader.readexactly(ASKED.size))
                    await search.asked(Asker(writer, client), await reader.readexactly(size))
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

    async def attend_circuit(reader, writer):
        try:
            (port,) = PORT.unpack(await reader.readexactly(PORT.size))
            await circuits.attend(port, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    await asyncio.start_unix_server(attend_searches, f"{folder}/searches")
    await asyncio.start_unix_server(attend_circuit, f"{folder}/circuits")


class Asker:
    """A client in the sandbox that searches from this port."""

    def __init__(self, writer, client):
        self._writer = writer
        self._client = client

    def answer(self, port, datagram):
        """The server is behind this port."""
        if not self._writer.is_closing():
            self._writer.write(FOUND.pack(self._client, port, len(datagram)) + datagram)
