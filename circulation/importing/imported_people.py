"""Somebody in a file, and somebody in the library: whether the two are one, and what became of the row."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from circulation.commands import RegisterUser
from circulation.models import LibraryUser
from library_site.cqrs.barcodes import barcode_key
from library_site.importing.imports import Imported

from .person_rows import PersonRow


@dataclass
class Known:
    """Somebody whom the library has, or whom an earlier row will register."""

    name: str
    card_key: str
    card: str
    email_key: str
    birth_date: date | None
    id: UUID | None = None
    line: int = 0
    status: str = LibraryUser.Status.NOT_VERIFIED

    @property
    def is_undecided(self) -> bool:
        """Whether it was registered before, and has no status yet."""
        return not self.line and self.status == LibraryUser.Status.NOT_VERIFIED

    def may_be(self, row: PersonRow) -> bool:
        """Somebody of the same name; who was born on another day is another person."""
        if self.birth_date and row.birth_date:
            return self.birth_date == row.birth_date
        return bool(row.email_key) and self.email_key == row.email_key

    def is_asked_for(self, row: PersonRow) -> bool:
        """Whether RegisterUser takes the two for one."""
        has_birth_date = row.birth_date is not None and row.birth_date == self.birth_date
        return has_birth_date or (bool(row.email_key) and self.email_key == row.email_key)


@dataclass
class ImportedPerson(Imported[PersonRow]):
    """The row of somebody, and what became of it so far."""

    known: Known | None = None
    command: RegisterUser | None = None


def known_as(user: LibraryUser) -> Known:
    """Somebody whom the library has."""
    return Known(
        user.name_key,
        barcode_key(user.barcode),
        user.barcode,
        user.email_key,
        user.birth_date,
        id=user.pk,
        status=user.status,
    )
