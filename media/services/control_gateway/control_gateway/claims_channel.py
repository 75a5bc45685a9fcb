"""How the owner of the sandboxes tells of claims: one JSON object a line, over a process that the engine starts in here.

    {"begin": request, "address": of the sandbox, "puts": see allowed_puts}  ->  {"begun": request}
    {"end": request}  ->  {"ended": request, "puts": [...], "leftOut": number}

Claims last as long as the connection that began them: an owner that is killed lets go of its claims.
"""

import asyncio
import json

from .allowed_puts import AllowedPuts

LONGEST_LINE = 4 * 1024 * 1024
SECONDS_WITHOUT_OWNER = 60


class ClaimsChannel:
    def __init__(self, claims):
        self._claims = claims
        self._owners = 0
        self._abandoned = asyncio.Event()
        self._patience = None

    async def serve(self, port):
        """Until nobody has been connected for a minute."""
        await asyncio.start_server(self._attend, "127.0.0.1", port, limit=LONGEST_LINE)
        self._wait()
        await self._abandoned.wait()

    def _wait(self):
        self._patience = asyncio.get_running_loop().call_later(SECONDS_WITHOUT_OWNER, self._abandoned.set)

    async def _attend(self, reader, writer):
        self._owners += 1
        self._patience.cancel()
        try:
            await self._hear(reader, writer)
        finally:
            self._owners -= 1
            if self._owners == 0:
                self._wait()

    async def _hear(self, reader, writer):
        held = {}
        try:
            while line := await reader.readline():
                writer.write(json.dumps(self._answer(held, json.loads(line))).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            for claim in held.values():
                self._claims.end(claim)
            writer.close()

    def _answer(self, held, said):
        if "begin" in said:
            return self._begin(held, said)
        claim = held.pop(said.get("end"), None)
        if claim is None:
            return {"mistake": "no such claim"}
        self._claims.end(claim)
        return {"ended": claim.request, "puts": claim.puts, "leftOut": claim.left_out}

    def _begin(self, held, said):
        request = said["begin"]
        if request in held:
            return {"mistake": "begun already"}
        try:
            held[request] = self._claims.begin(request, said["address"], AllowedPuts(said["puts"]))
        except (KeyError, TypeError, ValueError) as mistake:
            return {"mistake": str(mistake)}
        return {"begun": request}
