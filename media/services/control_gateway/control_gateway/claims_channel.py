"""How the sandbox's owner tells of its request: one JSON object a line, over a process that the engine starts in here.

    {"begin": request, "puts": see allowed_puts}  ->  {"begun": request}
    {"end": request}  ->  {"ended": request, "puts": [...], "leftOut": number}

An owner that is gone without having ended its request leaves it nothing but to read.
"""

import asyncio
import json

from .allowed_puts import AllowedPuts

LONGEST_LINE = 4 * 1024 * 1024


class ClaimsChannel:
    def __init__(self, claims, presence):
        self._claims = claims
        self._presence = presence

    async def serve(self, port):
        await asyncio.start_server(self._attend, "127.0.0.1", port, limit=LONGEST_LINE)

    async def _attend(self, reader, writer):
        with self._presence.there():
            try:
                while line := await reader.readline():
                    writer.write(json.dumps(self._answer(json.loads(line))).encode() + b"\n")
                    await writer.drain()
            except (ConnectionError, ValueError):
                pass
            finally:
                if self._claims.current is not None:
                    self._claims.current.lose_owner()
                writer.close()

    def _answer(self, said):
        if "begin" in said:
            return self._begin(said)
        claim = self._claims.current
        if claim is None or claim.request != said.get("end"):
            return {"mistake": "no such claim"}
        claim.end()
        return {"ended": claim.request, "puts": claim.puts, "leftOut": claim.left_out}

    def _begin(self, said):
        try:
            self._claims.begin(said["begin"], AllowedPuts(said["puts"]))
        except (KeyError, TypeError, ValueError) as mistake:
            return {"mistake": str(mistake)}
        return {"begun": said["begin"]}
