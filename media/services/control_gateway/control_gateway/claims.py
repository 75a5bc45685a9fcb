"""Which sandbox performs which request now, and what it may do meanwhile."""

import json
import os
import time

MOST_PUTS_KEPT = 1000


def say(event):
    """One line of evidence in the engine's log, in one write."""
    os.write(1, f"COUNTERSIGN {json.dumps(event)}\n".encode())


class Claim:
    """One request while it is performed: from the sandbox at this address, for as long as it has not ended."""

    def __init__(self, request, address, allowed):
        self.request = request
        self.address = address
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

    def end(self):
        self.ended = True
        for connection in list(self.connections):
            connection.close()
        say({"ended": self.request})


class Claims:
    def __init__(self):
        self._by_address = {}

    def begin(self, request, address, allowed):
        """A second claim for an address would let one request act in another's name."""
        if address in self._by_address:
            raise ValueError(f"{address} performs another request")
        claim = Claim(request, address, allowed)
        self._by_address[address] = claim
        say({"begun": request, "address": address, "puts": allowed.told})
        return claim

    def of(self, address):
        """The claim of the sandbox at this address; None for everybody else."""
        return self._by_address.get(address)

    def end(self, claim):
        if self._by_address.get(claim.address) is claim:
            del self._by_address[claim.address]
        if not claim.ended:
            claim.end()
