"""People as rows of a table, one for each, which import_people takes as they are."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from circulation.importing.vocabulary import HEADINGS
from circulation.models import LibraryUser
from library_site.tables.csv_lines import csv_lines


def csv_of(users: Iterable[LibraryUser], today: date) -> Iterator[bytes]:
    """How they stand `today`."""
    return (line.encode() for line in csv_lines(HEADINGS, (_row(user, today) for user in users)))


def _row(user: LibraryUser, today: date) -> list[Any]:
    return [
        user.name,
        user.barcode,
        user.email,
        user.birth_date,
        user.phone,
        user.address,
        user.language,
        user.note,
        *_standing(user, today),
    ]


def _standing(user: LibraryUser, today: date) -> tuple[str, date | None, str]:
    """The status, and of a suspension its last day and the reason: that of the staff, else what the desk shows."""
    if not user.is_suspended_on(today):
        return user.status_before or user.status, None, ""
    until = None if user.suspended_for_loss else user.suspended_until
    return user.status, until, user.suspension_reason or user.status_comment.rpartition("\n")[2]
