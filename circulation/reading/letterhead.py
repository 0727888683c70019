"""The library's name and address, as they stand on every page: kept in this process, to ask for them seldom."""

from typing import NamedTuple

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from circulation.models import LibraryPolicy
from library_site.cqrs import read_database
from library_site.cqrs.answers import DATABASE_OUTAGES
from library_site.statements import compiled

SECONDS = 60
"""For how long a process may show what another one has changed."""

_KEY = "letterhead"


class Letterhead(NamedTuple):
    name: str
    address: str


def letterhead(*, asks: bool = True) -> Letterhead:
    """What stands on top; while the database does not answer, or says nothing, what any library is called.

    The same, if it is not kept here and is not to be asked for.
    """
    kept: tuple[str, str] | None = cache.get(_KEY)
    if kept is None:
        if not asks:
            return Letterhead(_("Library"), "")
        try:
            kept = next(iter(compiled(_said, alias=read_database()).rows({})), ("", ""))
        except DATABASE_OUTAGES:
            return Letterhead(_("Library"), "")
        cache.set(_KEY, kept, timeout=SECONDS)
    name, address = kept
    return Letterhead(name or _("Library"), address)


def forget_letterhead() -> None:
    """It is asked for anew, in this process."""
    cache.delete(_KEY)


def _said() -> "QuerySet[LibraryPolicy, tuple[str, str]]":
    return LibraryPolicy.objects.order_by().values_list("library_name", "library_address")
