"""What happened in the demonstration library, day by day: pure data, made of that in demo_library."""

from typing import Literal, NamedTuple

from .demo_library import BOOKS, LOANS, MISSING, RESERVATIONS, RETURNED, SUSPENDED, WITHDRAWN

OPENED_DAYS_AGO = 90


class Event(NamedTuple):
    """Something that happened to the copy BOOKS[copy]; `person` is who borrowed or reserved it, by e-mail address.

    `key` is the same on every day and in every process.
    """

    key: str
    what: Literal["borrow", "return", "missing", "reserve", "withdraw"]
    days_ago: int
    copy: int
    person: str | None = None


class Suspension(NamedTuple):
    """That SUSPENDED came about."""

    key: str
    days_ago: int


def events() -> list[Event | Suspension]:
    """Everything since the library opened, in the order in which it happened."""
    happened: list[Event | Suspension] = [
        *_loans(),
        Event("missing:missing", "missing", MISSING.days_ago_reported, _copy(MISSING.title)),
        Event("withdrawn", "withdraw", WITHDRAWN.days_ago, _copy(WITHDRAWN.title)),
        Suspension("suspended", SUSPENDED.days_ago),
    ]
    happened += [
        Event(f"reservation:{number}", "reserve", each.days_ago, _copy(each.title), each.person)
        for number, each in enumerate(RESERVATIONS)
    ]
    return sorted(happened, key=lambda event: -event.days_ago)


def _loans() -> list[Event]:
    lent = [
        Event(f"loan:{number}:borrow", "borrow", loan.days_ago, _copy(loan.title), loan.person)
        for number, loan in enumerate(LOANS)
    ]
    for number, loan in enumerate(RETURNED):
        copy = _copy(loan.title)
        lent += [
            Event(f"returned:{number}:borrow", "borrow", loan.days_ago_lent, copy, loan.person),
            Event(f"returned:{number}:return", "return", loan.days_ago_returned, copy),
        ]
    if MISSING.person:
        lent.append(Event("missing:borrow", "borrow", MISSING.days_ago_lent, _copy(MISSING.title), MISSING.person))
    return lent


def _copy(title: str) -> int:
    """The first copy of a title: the one that the demonstration lends."""
    return next(number for number, book in enumerate(BOOKS) if book.title == title)
