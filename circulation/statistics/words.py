"""Numbers, days and titles in the words of the statistics."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from catalog.models import Book
from circulation.queries.get_loans_over_time import DAY, MONTH, WEEK
from circulation.queries.get_most_borrowed_books import BorrowedTitle
from circulation.queries.get_overdue_by_age import OverdueAge
from library_site.cqrs.texts import grouped

BUSIEST = {
    DAY: gettext_lazy("The busiest day: {days}, {loans}."),
    WEEK: gettext_lazy("The busiest week: {days}, {loans}."),
    MONTH: gettext_lazy("The busiest month: {days}, {loans}."),
}

IN_STATE = {
    Book.Status.AVAILABLE: gettext_lazy("{n} available"),
    Book.Status.BORROWED: gettext_lazy("{n} on loan"),
    Book.Status.ON_HOLD: gettext_lazy("{n} on the hold shelf"),
    Book.Status.MISSING: gettext_lazy("{n} missing"),
}


def counted_loans(loans: int) -> str:
    return ngettext("{n} loan", "{n} loans", loans).format(n=grouped(loans))


def most_borrowed(rows: Sequence[BorrowedTitle], pictured: int) -> str:
    """The title that was lent most; of several, how many there are, of the `pictured` ones."""
    first = rows[0]
    shared = sum(row.rank == first.rank for row in rows)
    if shared == 1:
        return _("“{title}”, {loans}").format(title=first.title, loans=counted_loans(first.loans))
    if shared == pictured:
        return _("{n} titles or more with {loans} each").format(n=grouped(shared), loans=counted_loans(first.loans))
    return _("{n} titles with {loans} each").format(n=grouped(shared), loans=counted_loans(first.loans))


def days_from_to(first: date, last: date) -> str:
    """A day, or the first and the last one, in words."""
    days = [date_format(day, "SHORT_DATE_FORMAT") for day in (first, last)]
    return days[0] if first == last else _("{first} to {last}").format(first=days[0], last=days[1])


def axis_label(day: date, by: str) -> str:
    """A period as there is room for it under a chart."""
    if by == MONTH:
        return date_format(day, pgettext("a month and its year", "M Y"))
    return date_format(day, pgettext("a day and its month", "j M"))


def overdue_by(row: OverdueAge) -> str:
    if row.days_to is None:
        return _("over {n} days").format(n=row.days_from - 1)
    return _("{first}–{last} days").format(first=row.days_from, last=row.days_to)
