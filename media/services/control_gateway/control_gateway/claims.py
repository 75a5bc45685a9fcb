"""Which request the sandbox performs, and what it may do meanwhile."""

import json
import os
import time

from .allowed_puts import AllowedPuts

MOST_PUTS_KEPT = 1000


def say(event):
    """One line of evidence in the engine's log, in one write."""
    os.write(1, f"COUNTERSIGN {json.dumps(event)}\n".encode())


class Claim:
    """One request while it is performed, for as long as it has not ended."""

    def __init__(self, request, allowed):
        self.request = request
        self._allowed = allowed
        self.ended = False
        self.puts = []
        self.left_out = 0
        self.connections = set()

    def may_put(self, channel):
        """Whether any value could be put there."""
        return not self.ended and self._allowed.names(channel)

    def admits(self, channel, message, labels):
        return not self.ended and self._allowed.admits(channel, message, labels)

    def record_put(self, channel, value, passed):
        put = {"at": time.time(), "channel": channel, **value, "passed": passed}
        if len(self.puts) < MOST_PUTS_KEPT:
            self.puts.append(put)
        else:
            self.left_out += 1
        say({"put": "passed" if passed else "refused", "request": self.request, **put})

    def lose_owner(self):
        """What was approved may go on reading; puts were approved for as long as somebody is there."""
        self._allowed = AllowedPuts("none")
        say({"ownerless": self.request})

    def end(self):
        self.ended = True
        for connection in list(self.connections):
            connection.close()
        say({"ended": self.request})


class Claims:
    """Of one sandbox, which performs one request in its life."""

    def __init__(self):
        self._only = None

    @property
    def current(self):
        """None before it has begun, and once it has ended."""
        return None if self._only is None or self._only.ended else self._only

    def begin(self, request, allowed):
        if self._only is not None:
            raise ValueError("this sandbox was given a request before")
        self._only = Claim(request, allowed)
        say({"begun": request, "puts": allowed.told})
        return self._only
