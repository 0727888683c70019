"""Rules of lending: pure decisions, with no database and no clock.

Due dates are days in the library's time zone: a book that is due today is not overdue.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library_site.cqrs.errors import Conflict

MAX_DAYS = 3650
"""Ten years: how long the library lends, and how far it looks for a day on which it is open."""


def other_weekdays(numbers: str) -> str:
    """Those that are not among these, by their ISO numbers: of 12345, 67."""
    return "".join(number for number in "1234567" if number not in numbers)


class LibraryNeverOpens(Conflict):
    """By the library's calendar there is no day on which the book could be due."""

    code = "library_never_opens"
    short = gettext_lazy("The library is not open on any day to come")

    def __init__(self) -> None:
        super().__init__(
            _("By its calendar the library is not open on any day to come. Correct the closed days in the admin.")
        )


@dataclass(frozen=True)
class LoanPolicy:
    """How long (in days) and how many books (at a time) the library lends, and when it is open.

    `overdue_limit` is how many books somebody has overdue who may not borrow (0: no matter how many), `shelf_days`
    for how many open days a reserved copy waits. `closed_weekdays` are ISO numbers (Monday is 1); on the days of
    `closures` (the first and the last of each) the library is closed; `exceptions` are days on which it is open (True)
    or closed (False), whatever their weekday, and in spite of a closure.
    """

    loan_days: int = 28
    renewals: int = 3
    limit_not_verified: int = 2
    limit_verified: int = 10
    overdue_limit: int = 3
    shelf_days: int = 7
    closed_weekdays: frozenset[int] = frozenset()
    closures: tuple[tuple[date, date], ...] = ()
    exceptions: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_open(self, day: date) -> bool:
        """An exception beats the weekday and a closure."""
        if day in self.exceptions:
            return self.exceptions[day]
        is_in_closure = any(first <= day and last >= day for first, last in self.closures)
        return not is_in_closure and day.isoweekday() not in self.closed_weekdays

    def next_open(self, day: date, *, later: int = 0) -> date:
        """The first day on which the library is open, from `later` days after `day` on. Raises LibraryNeverOpens."""
        return self._last_of(1, self._open_days(day, later))

    def _open_days(self, day: date, later: int) -> Iterator[date]:
        """The open days from `later` days after `day` on, as far as the library looks."""
        first = day.toordinal() + later
        days = map(date.fromordinal, range(first, min(first + MAX_DAYS, date.max.toordinal()) + 1))
        return filter(self.is_open, days)

    @staticmethod
    def _last_of(number: int, days: Iterator[date]) -> date:
        """The last of so many open days, or of those that there are. Raises LibraryNeverOpens."""
        last = deque(islice(days, number), maxlen=1)
        if not last:
            raise LibraryNeverOpens
        return last[0]

    def due_on(self, today: date) -> date:
        """The day at whose end a book that is lent on `today` is due, never a closed one. Raises LibraryNeverOpens."""
        return self.next_open(today, later=self.loan_days)

    def renewed_until(self, due_on: date | None, today: date) -> date:
        """The day at whose end a book is due that was due on `due_on` (None: a loan without a due date).

        It counts from the due date, or from today when that is past. Raises LibraryNeverOpens.
        """
        return self.due_on(max(due_on or today, today))

    def held_until(self, today: date) -> date:
        """The last day on which a copy waits that is put on the hold shelf on `today`. Raises LibraryNeverOpens.

        It waits for so many open days after today; with none, until the end of today, or of the next open day.
        """
        days = self._open_days(today, min(self.shelf_days, 1))
        return self._last_of(max(self.shelf_days, 1), days)

    def kept_until(self, held_until: date, today: date, before: "LoanPolicy") -> date:
        """The last day of a copy that waited until `held_until` by the calendar of `before`.

        It never waits for fewer open days than were left, nor for a shorter time. If the library never opens, it stays.
        """
        days = range(today.toordinal(), held_until.toordinal() + 1)
        left = sum(before.is_open(date.fromordinal(day)) for day in days)
        try:
            return self.next_open(max(held_until, self._last_of(max(left, 1), self._open_days(today, 0))))
        except LibraryNeverOpens:
            return held_until

    def limit(self, *, verified: bool) -> int:
        """How many books a person may have at a time."""
        return self.limit_verified if verified else self.limit_not_verified

    def too_many_overdue(self, overdue: int) -> bool:
        """Whether somebody with so many books overdue may borrow no more."""
        return 0 < self.overdue_limit <= overdue


POLICY = LoanPolicy()
"""What holds where a library has said nothing of its own."""


OVERDUE_AGES: tuple[tuple[int, int | None], ...] = ((1, 7), (8, 14), (15, 28), (29, 90), (91, None))
"""By how many days books are overdue that are counted together: from, and to (None: or any longer).

A week is a matter of forgetting, two of a reminder, four of another; what is out for a quarter may never come back.
"""
