"""Words for people: dates and sentences, and what refusals, actors and sources are called where people read."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from .errors import DomainError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def long_date(day: date) -> str:
    """A day in words: 23 November 2026."""
    return date_format(day, "DATE_FORMAT")


def grouped(number: int) -> str:
    """With what stands between thousands: 23,000."""
    return number_format(number, force_grouping=True)


def weekday_and_date(day: date) -> str:
    """A day in words: Monday, 23 November 2026."""
    return f"{date_format(day, 'l')}, {long_date(day)}"


def sentences(*texts: str | None) -> str:
    """Those of these whole sentences that there are, one after the other."""
    return " ".join(each for each in texts if each)


SYSTEM_ACTORS: "dict[str, StrOrPromise]" = {
    "anonymous": _("nobody who was signed in"),
    "system:cli": _("the command line"),
    "system:lambda": _("the library’s clock"),
}
"""What acts for the library itself, or has no name, by the names of the actors."""

SOURCES: "dict[str, StrOrPromise]" = {
    "admin": _("in the admin"),
    "cli": _("on the command line"),
    "html": _("on a page"),
    "lambda": _("by an event"),
    "rest": _("by a program"),
}
"""How requests come in, by their sources."""


SIGN_IN_REFUSALS: "dict[str, StrOrPromise]" = {
    "too_many_attempts": _("There were too many attempts"),
    "locked_out": _("The account is locked for a while"),
    "wrong_credentials": _("The user name or the password was wrong"),
}
"""Why somebody could not sign in, by the codes of the journal."""


def refusal_name(code: str) -> str:
    """Why something was refused, in short; of a code that is no longer in use, the code."""
    known = (str(kind.short) for kind in _kinds(DomainError) if kind.code == code)
    return next(known, str(SIGN_IN_REFUSALS.get(code, code)))


def override_name(code: str) -> str:
    """What the permission to override a refusal is called."""
    return str(_("Override: {refusal}")).format(refusal=refusal_name(code))


def _kinds(of: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
