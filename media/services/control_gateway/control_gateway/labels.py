"""What channels of several states call them: learned from what the control system answers."""

_WITH_LABELS = (24, 31)
"""DBR_GR_ENUM and DBR_CTRL_ENUM of db_access.h: status, severity, number of labels, sixteen labels, value."""
_FIRST_LABEL, _LABEL_OCTETS, _MOST_LABELS = 6, 26, 16
_MOST_ASKED = 10_000


class Labels:
    def __init__(self):
        self._asked = {}
        self._known = {}
        self._ambiguous = False

    def ask(self, message):
        """Of two questions under one number nobody can tell which is answered: then nothing is believed."""
        if message.parameter2 in self._asked or len(self._asked) >= _MOST_ASKED:
            self._ambiguous = True
        self._asked[message.parameter2] = message.parameter1

    def hear(self, message):
        channel = self._asked.pop(message.parameter2, None)
        if channel is not None and message.data_type in _WITH_LABELS:
            self._known[channel] = _labels_in(message.payload)

    def of(self, channel):
        return None if self._ambiguous else self._known.get(channel)


def _labels_in(payload):
    count = min(int.from_bytes(payload[4:6], "big"), _MOST_LABELS)
    places = range(_FIRST_LABEL, _FIRST_LABEL + count * _LABEL_OCTETS, _LABEL_OCTETS)
    return [payload[at : at + _LABEL_OCTETS].split(b"\0", 1)[0].decode("utf-8", "replace") for at in places]
