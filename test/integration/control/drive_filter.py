"""Drives the control gateway's own filter of one circuit: a list of steps on stdin, what became of each on stdout.

A step is [from, command, data type, count, parameter 1, parameter 2, payload as hexadecimal digits]; its outcome "passed",
"answered" or "dropped", or the first four octets of what passed where a message was changed; last what was recorded.
"""

import json
import os
import sys

from control_gateway.allowed_puts import AllowedPuts
from control_gateway.claims import Claim
from control_gateway.filtering import Filter
from control_gateway.messages import Malformed, Message


def outcome_of(passing, step):
    sender, *fields, payload = step
    message = Message(*fields, bytes.fromhex(payload))
    judge = passing.from_sandbox if sender == "sandbox" else passing.from_system
    try:
        passed, answered = judge(message)
    except Malformed:
        return "broken off"
    if answered is not None:
        return "answered"
    return "dropped" if passed is None else "passed" if passed == message else "changed"


told, steps = json.load(sys.stdin)
lines = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
claim = Claim("request", AllowedPuts(told))
passing = Filter(claim)
outcomes = [outcome_of(passing, step) for step in steps]
os.write(lines, json.dumps({"outcomes": outcomes, "puts": claim.puts}).encode())
