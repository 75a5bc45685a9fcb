"""What a put carries, for the record of it."""

import struct

MOST_SHOWN = 16
_STRING_OCTETS = 40
_STRING = 0
_FORMATS = {1: "h", 2: "f", 3: "H", 4: "B", 5: "i", 6: "d", 35: "H", 36: "H"}
"""DBR_SHORT, FLOAT, ENUM, CHAR, LONG, DOUBLE, PUT_ACKT and PUT_ACKS of db_access.h."""


def value_of(message):
    """The value or the first values as JSON can hold them; None where the type is none that can be put."""
    if message.data_type == _STRING:
        values = _strings(message)
    elif message.data_type in _FORMATS:
        values = _numbers(message)
    else:
        return None
    return values[0] if message.count == 1 and values else values


def _strings(message):
    count = min(message.count, MOST_SHOWN)
    pieces = [message.payload[at * _STRING_OCTETS : (at + 1) * _STRING_OCTETS] for at in range(count)]
    return [piece.split(b"\0", 1)[0].decode("utf-8", "replace") for piece in pieces]


def _numbers(message):
    form = _FORMATS[message.data_type]
    count = min(message.count, MOST_SHOWN, len(message.payload) // struct.calcsize(f">{form}"))
    numbers = struct.unpack_from(f">{count}{form}", message.payload)
    return [number if number == number and abs(number) != float("inf") else str(number) for number in numbers]
