"""Circuits of sandboxes, each passed on to the one server that it is for."""

import asyncio

from .filtering import Filter
from .messages import Malformed, encode, read_message

MOST_SERVERS = 256
MOST_CIRCUITS_OF_A_CLAIM = 64
SECONDS_TO_CONNECT = 5


class Circuits:
    def __init__(self, claims):
        self._claims = claims
        self._ports = {}

    async def port_for(self, server):
        """The port here that leads to that server; None where there are too many."""
        if server not in self._ports:
            if len(self._ports) >= MOST_SERVERS:
                return None
            self._ports[server] = await asyncio.start_server(
                lambda reader, writer: self._attend(server, reader, writer), "0.0.0.0", 0
            )
        return self._ports[server].sockets[0].getsockname()[1]

    async def _attend(self, server, reader, writer):
        """Whoever performs nothing when the circuit is opened has none, whatever is performed later."""
        claim = self._claims.of(writer.get_extra_info("peername")[0])
        if claim is None or len(claim.connections) >= MOST_CIRCUITS_OF_A_CLAIM:
            writer.close()
            return
        claim.connections.add(writer)
        try:
            await self._pass_on(claim, server, reader, writer)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, Malformed):
            pass
        finally:
            claim.connections.discard(writer)
            writer.close()

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
