"""In words: the state of a book, its due day, by how many days it is overdue; and who somebody is among namesakes."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from catalog.models import Book
from library_site.cqrs.texts import long_date

_STATES = {
    Book.Status.AVAILABLE: pgettext_lazy("a book is", "available"),
    Book.Status.BORROWED: pgettext_lazy("a book is", "on loan"),
    Book.Status.ON_HOLD: pgettext_lazy("a book is", "on the hold shelf"),
    Book.Status.MISSING: pgettext_lazy("a book is", "missing"),
    Book.Status.WITHDRAWN: pgettext_lazy("a book is", "withdrawn"),
}


def state_of(book: Book) -> str:
    """What a book is, as a sentence goes on after “it is”."""
    return str(_STATES[Book.Status(book.status)])


def status_label(status: str) -> str:
    """What a book is, as a word that stands alone."""
    return str(Book.Status(status).label)


def due_day(book: Book) -> str:
    """The day on which a book on loan is due, in words; nothing for a loan made by CRUD, which has no due date."""
    return long_date(book.due_on) if book.due_on else ""


def overdue_days(due_on: date | None, today: date) -> int:
    """By how many days a book is overdue; 0: it is not."""
    return max((today - due_on).days, 0) if due_on else 0


def due_when_overdue_by(days: int, today: date) -> date:
    """The due date of a book that is overdue by so many days."""
    return date.fromordinal(today.toordinal() - days)


def was_overdue(due_on: date | None, today: date) -> str:
    """By how many days a book was overdue that comes back today, as a sentence; empty: it was not."""
    days = overdue_days(due_on, today)
    return ngettext("It was {days} day overdue.", "It was {days} days overdue.", days).format(days=days) if days else ""


def told_apart(birth_date: date | None, barcode: str = "") -> str:
    """What stands beside a name: the date of birth; where it is not known, the library card."""
    day = birth_date and date_format(birth_date, "SHORT_DATE_FORMAT")
    return _("born {day}").format(day=day) if day else barcode


def who(person: Any) -> str:
    """Name, date of birth and card of a row, as far as they are known."""
    said = (person.name, told_apart(person.birth_date), person.barcode)
    return " · ".join(each for each in said if each)
