"""Which puts a claim admits: those that were known when it was approved."""

from .values import STRING, CHAR, DOUBLE, ENUM, as_data_type, values_of

_PUT_AS_VALUES = range(STRING, DOUBLE + 1)
"""Acknowledgements of alarms are put under types of their own, and are no values."""


class AllowedPuts:
    """`told` is "none", "any", or a list of {"channel": name, "value": value or null for any}."""

    def __init__(self, told):
        self.told = told
        if isinstance(told, str):
            if told not in ("none", "any"):
                raise ValueError(f"puts that are {told}")
            self._values = None
            return
        self._values = {}
        for put in told:
            self._values.setdefault(field_of(put["channel"]), []).append(put["value"])

    def names(self, channel):
        if self._values is None:
            return self.told == "any"
        return channel is not None and field_of(channel) in self._values

    def admits(self, channel, message, labels):
        """`labels`: what the channel calls its states, where that is known."""
        if not self.names(channel):
            return False
        if self._values is None:
            return True
        if message.data_type not in _PUT_AS_VALUES:
            return False
        values = self._values[field_of(channel)]
        return any(value is None or _agrees(value, message, labels) for value in values)


def field_of(channel):
    """Record and field: `x`, `x.`, `x.VAL`, and what filters, slices and long strings are asked for with, are one."""
    record, _, field = channel.partition(".")
    for mark in "{[$":
        field = field.partition(mark)[0]
    return record, field or "VAL"


def _agrees(approved, message, labels):
    if message.data_type == CHAR and isinstance(approved, str):
        return message.payload[: message.count].split(b"\0", 1)[0] == approved.encode()
    wanted = approved if isinstance(approved, list) else [approved]
    put = values_of(message, message.count)
    return len(wanted) == len(put) == message.count and all(
        _is_same(one, other, message.data_type, labels) for one, other in zip(wanted, put)
    )


def _is_same(approved, put, data_type, labels):
    """Whether a client that was given the one puts the other, in this type."""
    if data_type == STRING:
        return put == approved or (not isinstance(approved, str) and _number(put) == approved)
    if data_type == ENUM and labels is not None and approved in labels:
        return labels.index(approved) == put
    return as_data_type(_number(approved), data_type) == put


def _number(value):
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None
