"""Environment: COUNTERSIGN_CONTROL_ADDRESS and COUNTERSIGN_CONTROL_PORT of the control system that lies behind;
COUNTERSIGN_RELAY_FOLDER, which is shared with one sandbox; COUNTERSIGN_CLAIMS_PORT, on the loopback interface, where the
sandbox's owner says which request it performs."""

import asyncio
import os

from .claims import Claims
from .claims_channel import ClaimsChannel
from .search import Search
from .circuits import Circuits
from .presence import Presence
from .relay import serve_relay


async def main():
    claims, presence = Claims(), Presence()
    circuits = Circuits(claims)
    address = os.environ["COUNTERSIGN_CONTROL_ADDRESS"]
    port = int(os.environ["COUNTERSIGN_CONTROL_PORT"])
    search = Search(claims, circuits, (address, port))
    await search.open()
    await serve_relay(search, circuits, presence, os.environ["COUNTERSIGN_RELAY_FOLDER"])
    await ClaimsChannel(claims, presence).serve(int(os.environ["COUNTERSIGN_CLAIMS_PORT"]))
    await presence.ended()


asyncio.run(main())
