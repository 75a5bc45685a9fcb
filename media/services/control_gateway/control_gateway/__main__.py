"""Environment: COUNTERSIGN_CONTROL_ADDRESS and COUNTERSIGN_CONTROL_PORT of the control system that lies behind;
COUNTERSIGN_CLAIMS_PORT, on the loopback interface, where the owner says which sandbox is performing which request."""

import asyncio
import os

from .claims import Claims
from .claims_channel import ClaimsChannel
from .search import Search
from .circuits import Circuits

CHANNEL_ACCESS_PORT = 5064


async def main():
    claims = Claims()
    circuits = Circuits(claims)
    address = os.environ["COUNTERSIGN_CONTROL_ADDRESS"]
    port = int(os.environ["COUNTERSIGN_CONTROL_PORT"])
    await Search(claims, circuits, (address, port)).listen(CHANNEL_ACCESS_PORT)
    await ClaimsChannel(claims).serve(int(os.environ["COUNTERSIGN_CLAIMS_PORT"]))


asyncio.run(main())
