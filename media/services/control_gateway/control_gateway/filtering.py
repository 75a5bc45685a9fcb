"""What of a circuit passes: everything that reads, and puts where the claim admits them at that moment."""

from .labels import Labels
from .messages import (
    ACCESS_RIGHTS,
    CLEAR_CHANNEL,
    CLIENT_NAME,
    CREATE_CHANNEL,
    CREATE_FAILED,
    ECHO,
    EVENT_ADD,
    EVENT_CANCEL,
    EVENTS_OFF,
    EVENTS_ON,
    HOST_NAME,
    NO_WRITE_ACCESS,
    READ,
    READ_ACCESS,
    READ_NOTIFY,
    READ_SYNC,
    VERSION,
    WRITE,
    WRITE_NOTIFY,
    Malformed,
    Message,
    padded,
    text_of,
)
from .values import record_of

HARMLESS = {
    VERSION,
    EVENT_ADD,
    EVENT_CANCEL,
    READ,
    EVENTS_OFF,
    EVENTS_ON,
    READ_SYNC,
    CLEAR_CHANNEL,
    READ_NOTIFY,
    ECHO,
}
NAME = "countersign"
MOST_CHANNELS = 100_000


class Filter:
    """One circuit. Whatever is not known to be harmless is judged or breaks it off."""

    def __init__(self, claim):
        self._claim = claim
        self._asked = {}
        self._by_client = {}
        self._names = {}
        self._labels = Labels()

    def from_sandbox(self, message):
        """@returns what goes on to the control system, and what is answered in its place"""
        if message.command == READ_NOTIFY:
            self._labels.ask(message)
        if message.command in HARMLESS:
            return message, None
        if message.command == CREATE_CHANNEL:
            return self._remember(message), None
        if message.command in (CLIENT_NAME, HOST_NAME):
            # Servers believe who says to be whom, and grant rights by it.
            return message._replace(payload=padded(NAME)), None
        if message.command in (WRITE, WRITE_NOTIFY):
            return self._judge_put(message)
        raise Malformed(f"the command {message.command}")

    def from_system(self, message):
        if message.command == CREATE_CHANNEL:
            name = self._asked.pop(message.parameter1, None)
            if name is not None:
                self._names[message.parameter2] = name
        if message.command == CREATE_FAILED:
            self._asked.pop(message.parameter1, None)
        if message.command == READ_NOTIFY:
            self._labels.hear(message)
        if message.command == ACCESS_RIGHTS and not self._claim.may_put(self._by_client.get(message.parameter1)):
            message = message._replace(parameter2=message.parameter2 & READ_ACCESS)
        return message, None

    def _remember(self, message):
        """Two channels asked for under one number could be taken for each other."""
        number = message.parameter1
        if number in self._asked or len(self._asked) + len(self._names) >= MOST_CHANNELS:
            raise Malformed("too many channels, or one number for two of them")
        self._asked[number] = self._by_client[number] = text_of(message.payload)
        return message

    def _judge_put(self, message):
        channel = message.parameter1
        name = self._names.get(channel)
        passed = self._claim.admits(name, message, self._labels.of(channel))
        self._claim.record_put(name, record_of(message), passed)
        if passed:
            return message, None
        # A put without an answer has none where it is refused either.
        refusal = Message(WRITE_NOTIFY, message.data_type, message.count, NO_WRITE_ACCESS, message.parameter2)
        return None, refusal if message.command == WRITE_NOTIFY else None
