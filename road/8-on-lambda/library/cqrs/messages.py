"""Messages: what an actor asks of the library, as data of plain values."""


class Message:
    """Something to dispatch: a frozen dataclass."""


class Command(Message):
    """Changes the state of the library."""


class Query(Message):
    """Reads the state of the library."""
