"""What a row says of a person: nothing is guessed, and who lacks something comes in without it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.importing.not_books import is_total
from catalog.importing.numbers import says_something
from catalog.text import collapse, name_key, search_words
from circulation.models import LibraryUser
from circulation.models.users import key_of_name
from library_site.cqrs import FieldError
from library_site.cqrs.barcodes import barcode_key, is_barcode_like
from library_site.cqrs.validation import field_errors
from library_site.importing.fates import SomethingElse, Unusable
from library_site.tables import Column, Row
from library_site.tables.names import Order, whole_name

from .addresses import address_of
from .days import Days
from .statuses import NO_STATUS, Status, status_of

OPTIONAL = ("email", "birth_date", "phone", "address", "language", "note")
"""What somebody comes in without, if it cannot be stored."""

_NO_NAMES = (
    "members member patrons patron users user readers reader people persons borrowers loans of all the number "
    "mitglieder personen leser nutzer benutzer ausleihen lecteurs adherents usagers personnes prets "
    "lectores socios usuarios personas prestamos de des"
)
_NOBODY = frozenset(_NO_NAMES.split())
_LANGUAGES = {
    "en": "en english englisch anglais ingles",
    "de": "de german deutsch allemand aleman",
}
_LANGUAGE = {word: code for code, words in _LANGUAGES.items() for word in words.split()}
_FLOATING_POINT = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_POINT_ZERO = re.compile(r"(?<=\d)[.,]0+$")


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """What a row says of somebody. `card` is empty where there is none that can be one."""

    name: str
    card: str = ""
    email: str = ""
    birth_date: date | None = None
    phone: str = ""
    address: str = ""
    language: str = ""
    note: str = ""
    status: Status = NO_STATUS
    remarks: tuple[str, ...] = ()
    given: tuple[str, ...] = field(default=(), repr=False)

    @property
    def name_key(self) -> str:
        return key_of_name(self.name)

    @property
    def card_key(self) -> str:
        return barcode_key(self.card)

    @property
    def email_key(self) -> str:
        return name_key(self.email)

    @property
    def is_known_by_name_only(self) -> bool:
        return not (self.card or self.email or self.birth_date)

    @property
    def in_short(self) -> str:
        return " · ".join(filter(None, (self.name, self.card, self.email)))


class PersonReader:
    """How the rows of a file are read: by its columns, and by what these are like as a whole."""

    def __init__(
        self, columns: Mapping[str, Sequence[Column]], days: Days, order: Order | None = None, *, verified: bool = False
    ) -> None:
        """`order` is that of names without a comma. `verified`: so is everybody of whom the file says nothing else."""
        self.columns, self.days, self.order, self.verified = columns, days, order, verified
        self.cards: set[str] = set()

    def look_at(self, row: Row) -> None:
        """For what can only be said of all rows; before any is read."""
        for meaning in ("birth_date", "expires", "blocked"):
            self.days.look_at(row.all(meaning))
        self.cards.add(barcode_key(number_in(row.one("card"))))

    def decide(self) -> None:
        """Once all rows were looked at. Raises OrderUnknown."""
        self.days.decide()

    def read(self, row: Row) -> PersonRow:
        """Raises SomethingElse for what is nobody, Unusable for who has no name."""
        if row.problem:
            raise (SomethingElse if row.given else Unusable)(row.problem)
        if is_total(_without_people(cell) for cell in row.given):
            raise SomethingElse(_("nobody, but a total"))
        name = self._name(row)
        if not says_something(name):
            raise Unusable(_("it has no name"))
        return that_can_be_stored(self._read(row, name))

    def _name(self, row: Row) -> str:
        """“Name” beside “Vorname” is the surname, “Nombre” beside “Apellidos” the forename."""
        name, first, last = (collapse(row.one(meaning)) for meaning in ("name", "first_name", "last_name"))
        if first and last:
            return f"{first} {last}"
        if "first_name" in self.columns and "last_name" not in self.columns:
            return f"{first} {name}".strip()
        if "last_name" in self.columns and "first_name" not in self.columns:
            return f"{name} {last}".strip()
        if name and "," not in name and self.order is Order.LAST_FIRST:
            surname, *others = name.split()
            return " ".join([*others, surname])
        return whole_name(name) if name else first or last

    def _read(self, row: Row, name: str) -> PersonRow:
        today = localdate()
        birth_date = self.days.read(row.one("birth_date"), today)
        remarks = [_left_out(_("date of birth"), row.one("birth_date"))] if not birth_date else []
        status = status_of(row, self.days, today, verified=self.verified)
        language = row.one("language")
        code = _LANGUAGE.get("".join(search_words(language)[:1]), "")
        remarks += [_left_out(_("language"), language)] if not code else []
        card, email = card_in(row), _email(row.one("email"))
        return PersonRow(
            name=name,
            card=card,
            email=email,
            birth_date=birth_date,
            phone=", ".join(dict.fromkeys(map(collapse, filter(says_something, row.all("phone"))))),
            address=address_of(row),
            language=code,
            note="\n".join([*self._groups(row), *map(str.strip, row.all("remarks")), *status.notes]),
            status=status,
            remarks=tuple(filter(None, [*remarks, *status.remarks])),
            given=tuple(row.given),
        )

    def _groups(self, row: Row) -> list[str]:
        pairs = zip(self.columns.get("group", ()), row.cells.get("group", ()), strict=False)
        return [f"{column.name}: {collapse(cell)}" for column, cell in pairs if says_something(cell)]


def card_in(row: Row) -> str:
    """Raises Unusable for one of which a spreadsheet has taken the last digits."""
    card = number_in(row.one("card"))
    if _FLOATING_POINT.fullmatch(card):
        raise Unusable(_("its card “{card}” is in floating point, its last digits are gone").format(card=card))
    return card


def number_in(cell: str) -> str:
    """The number of a card or label, without spaces, and without the asterisks that a font makes bars of."""
    number = _POINT_ZERO.sub("", cell.strip()).strip("*")
    together = re.sub(r"\s", "", number)
    number = together if is_barcode_like(together) else number
    return number if says_something(number) else ""


def _email(cell: str) -> str:
    """The first, of several."""
    found = [each for each in re.split(r"[;,\s]+", cell) if says_something(each)]
    return next((each for each in found if "@" in each), " ".join(found)).removeprefix("mailto:")


def _without_people(cell: str) -> str:
    return " ".join(word for word in search_words(cell) if word not in _NOBODY)


def _left_out(what: str, cell: str) -> str:
    return (
        _("its {what} “{cell}” was left out: it cannot be read").format(what=what, cell=cell)
        if says_something(cell)
        else ""
    )


def that_can_be_stored(person: PersonRow) -> PersonRow:
    """Without what cannot be. Raises Unusable for a name that cannot."""
    remarks = list(person.remarks)
    values: dict[str, Any] = {}
    for error in _errors(person):
        if error.field == "name":
            raise Unusable(_("its name cannot be stored: {why}").format(why=error.detail))
        if error.field not in values:
            said = getattr(person, "card" if error.field == "barcode" else error.field)
            values |= _without(person, error)
            called = str(_CALLED.get(str(error.field), error.field))
            remarks.append(_("{what} “{said}” was left out: {why}").format(what=called, said=said, why=error.detail))
    return replace(person, **values, remarks=tuple(remarks)) if values else person


_CALLED = {
    "email": gettext_lazy("the e-mail address"),
    "birth_date": gettext_lazy("the date of birth"),
    "barcode": gettext_lazy("the card"),
}


def _errors(person: PersonRow) -> list[FieldError]:
    given = {name: getattr(person, name) for name in ("name", *OPTIONAL)} | {"barcode": person.card}
    return field_errors(LibraryUser(**given), {name: name for name in given})


def _without(person: PersonRow, error: FieldError) -> dict[str, Any]:
    """A number that can be no card stays known, in the note."""
    if error.field == "barcode":
        return {"card": "", "note": "\n".join(filter(None, [person.note, f"No. {person.card}"]))}
    return {error.field: None if error.field == "birth_date" else ""}
