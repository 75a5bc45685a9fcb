"""Circuits of the sandbox, each passed on to the one server that it is for."""

import asyncio

from .filtering import Filter
from .messages import Malformed, encode, read_message

# Above the ports that systems hand out by themselves.
FIRST_PORT = 64512
MOST_SERVERS = 256
MOST_CIRCUITS = 64
SECONDS_TO_CONNECT = 5


class Circuits:
    def __init__(self, claims):
        self._claims = claims
        self._ports = {}
        self._servers = {}

    def port_for(self, server):
        """The port in the sandbox that leads to that server; None where there are too many."""
        if server not in self._ports:
            if len(self._ports) >= MOST_SERVERS:
                return None
            port = FIRST_PORT + len(self._ports)
            self._ports[server] = port
            self._servers[port] = server
        return self._ports[server]

    async def attend(self, port, reader, writer):
        """Until either side ends. Before anything is performed there is no circuit, whatever is performed later."""
        server, claim = self._servers.get(port), self._claims.current
        if server is None or claim is None or len(claim.connections) >= MOST_CIRCUITS:
            return
        claim.connections.add(writer)
        try:
            await self._pass_on(claim, server, reader, writer)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, Malformed):
            pass
        finally:
            claim.connections.discard(writer)

    async def _pass_on(self, claim, server, reader, writer):
        opening = asyncio.open_connection(*server)
        system_reader, system_writer = await asyncio.wait_for(opening, SECONDS_TO_CONNECT)
        passing = Filter(claim)
        ways = [
            asyncio.create_task(_pump(reader, passing.from_sandbox, system_writer, writer)),
            asyncio.create_task(_pump(system_reader, passing.from_system, writer, system_writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            system_writer.close()


async def _pump(reader, judge, onward, back):
    """Until either side ends; `judge` says what goes on and what is answered."""
    while True:
        passed, answered = judge(await read_message(reader))
        if answered is not None:
            back.write(encode(answered))
            await back.drain()
        if passed is not None:
            onward.write(encode(passed))
            await onward.drain()
