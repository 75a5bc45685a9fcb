"""What a put carries, for the record of it and to compare it with what was approved."""

import hashlib
import struct

MOST_SHOWN = 16
_STRING_OCTETS = 40
STRING, ENUM, CHAR, DOUBLE = 0, 3, 4, 6
_FLOAT = 2
_FORMATS = {1: "h", _FLOAT: "f", ENUM: "H", CHAR: "B", 5: "i", DOUBLE: "d", 35: "H", 36: "H"}
"""DBR_SHORT, FLOAT, ENUM, CHAR, LONG, DOUBLE, PUT_ACKT and PUT_ACKS of db_access.h."""


def record_of(message):
    """The value as JSON can hold it; of many the first, how many there are, and the SHA-256 of them as they were put."""
    value = _shown(message)
    if message.count <= MOST_SHOWN:
        return {"value": value}
    return {"value": value, "count": message.count, "digest": hashlib.sha256(message.payload).hexdigest()}


def values_of(message, most):
    """The first values, as many as are there; None where the type is none that can be put."""
    if message.data_type == STRING:
        return _strings(message, most)
    return _numbers(message, most) if message.data_type in _FORMATS else None


def as_data_type(number, data_type):
    """What a client that is given this number puts as this type; None where it has no such value."""
    try:
        if data_type == _FLOAT:
            return struct.unpack(">f", struct.pack(">f", number))[0]
        return number if data_type == DOUBLE else int(number)
    except (TypeError, ValueError, OverflowError, struct.error):
        return None


def _shown(message):
    values = values_of(message, MOST_SHOWN)
    if values is None:
        return None
    shown = [value if isinstance(value, str) or _is_finite(value) else str(value) for value in values]
    return shown[0] if message.count == 1 and shown else shown


def _is_finite(number):
    return number == number and abs(number) != float("inf")


def _strings(message, most):
    count = min(message.count, most, -(-len(message.payload) // _STRING_OCTETS))
    pieces = [message.payload[at * _STRING_OCTETS : (at + 1) * _STRING_OCTETS] for at in range(count)]
    return [piece.split(b"\0", 1)[0].decode("utf-8", "replace") for piece in pieces]


def _numbers(message, most):
    form = _FORMATS[message.data_type]
    count = min(message.count, most, len(message.payload) // struct.calcsize(f">{form}"))
    return list(struct.unpack_from(f">{count}{form}", message.payload))
