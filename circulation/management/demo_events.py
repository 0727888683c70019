"""What happened in the demonstration library, day by day: pure data, made of that in demo_library."""

from typing import Literal, NamedTuple

from .demo_library import BOOKS, LOANS, MISSING, RETURNED

OPENED_DAYS_AGO = 90


class Event(NamedTuple):
    """Something that happened to the copy BOOKS[copy]; `person` is who borrowed it, by e-mail address.

    `key` is the same on every day and in every process.
    """

    key: str
    what: Literal["borrow", "return", "missing"]
    days_ago: int
    copy: int
    person: str | None = None


def events() -> list[Event]:
    """Everything since the library opened, in the order in which it happened."""
    happened = [
        Event(f"loan:{number}:borrow", "borrow", loan.days_ago, _copy(loan.title), loan.person)
        for number, loan in enumerate(LOANS)
    ]
    for number, loan in enumerate(RETURNED):
        copy = _copy(loan.title)
        happened += [
            Event(f"returned:{number}:borrow", "borrow", loan.days_ago_lent, copy, loan.person),
            Event(f"returned:{number}:return", "return", loan.days_ago_returned, copy),
        ]
    copy = _copy(MISSING.title)
    if MISSING.person:
        happened.append(Event("missing:borrow", "borrow", MISSING.days_ago_lent, copy, MISSING.person))
    happened.append(Event("missing:missing", "missing", MISSING.days_ago_reported, copy))
    return sorted(happened, key=lambda event: -event.days_ago)


def _copy(title: str) -> int:
    """The first copy of a title: the one that the demonstration lends."""
    return next(number for number, book in enumerate(BOOKS) if book.title == title)
