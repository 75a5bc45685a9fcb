"""Whether anybody is still there for whom this gateway runs: the sandbox's relay, or its owner."""

import asyncio
from contextlib import contextmanager

SECONDS_ALONE = 60


class Presence:
    def __init__(self):
        self._there = 0
        self._alone = asyncio.Event()
        self._patience = None
        self._wait()

    async def ended(self):
        """Returns once nobody has been there for a minute."""
        await self._alone.wait()

    @contextmanager
    def there(self):
        self._there += 1
        self._patience.cancel()
        try:
            yield
        finally:
            self._there -= 1
            if self._there == 0:
                self._wait()

    def _wait(self):
        self._patience = asyncio.get_running_loop().call_later(SECONDS_ALONE, self._alone.set)
