"""A library of any number of books, put into the tables as the application would have written them.

A tenth as many people and authors; 5 % on loan, five each; as many past loans as books; of each loan what the journal
says. `manage.py check_journal` agrees with it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, islice, product
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from stdnum import ean

from bench.speed import loans
from catalog.models import Author, BarcodeSeries, Book
from catalog.models.search import search_key
from catalog.policies import BarcodeKind, barcode, isbn_10
from catalog.text import name_key
from circulation.models import LibraryUser, Reservation
from library_site.cqrs.journal import state_of
from library_site.cqrs.models import JournalEntry

BOOKS_OF_AN_AUTHOR, BOOKS_OF_A_READER = 100, 5
"""What is asked for: one whole page, and what somebody has at home."""

YEARS = timedelta(days=730)
"""The library is so old."""

_LAST = ["".join(letters).title() for letters in product("bdfgklmnprst", "aeiou", "lmnrst", "aeiou")]
_FIRST = ["".join(letters).title() for letters in product("ABDEJM", "aeiou", "nl")]
_WORDS = ["".join(letters) for letters in product("bdfghjklmnprstvw", "aeiou", "lmnrst", "aeimnosy")]
_WEIGHTS = [*accumulate(1 / rank for rank in range(1, len(_WORDS) + 1))]


@dataclass(frozen=True)
class Size:
    """How many there are of what."""

    books: int

    @property
    def people(self) -> int:
        return max(self.books // 10, 20)

    @property
    def authors(self) -> int:
        return max(self.books // 10, 20)

    @property
    def readers(self) -> int:
        """The first of the people: they have the books that are on loan."""
        return max(self.books // 20 // BOOKS_OF_A_READER, 1)

    @property
    def prolific(self) -> int:
        """The first of the authors: they wrote a page of books each, together at most half of all."""
        return max(min(20, self.books // 2 // BOOKS_OF_AN_AUTHOR), 1)


def load(size: Size) -> None:
    """Fill the tables of a new database."""
    random = Random(1)  # noqa: S311 - the same library every time
    opened = timezone.now().replace(microsecond=0) - YEARS
    new_id = partial(_id_at, opened, random)
    with transaction.atomic():
        authors, people = [*_authors(size, new_id)], [*_people(size, new_id)]
        books = [*_books(size, authors, people, new_id, random)]
        reservations = [*_reservations(books, people, timezone.now())]
        for model, rows in ((Author, authors), (LibraryUser, people), (Book, books), (Reservation, reservations)):
            copy(model, rows)
        for kind, rows in ((BarcodeKind.BOOK, books), (BarcodeKind.CARD, people)):
            BarcodeSeries.objects.update_or_create(kind=kind, defaults={"next_number": len(rows) + 1})
        copy(JournalEntry, _opening_balance([*books, *people, *reservations], opened))
        loans.make(opened)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copy(model: type[Any], rows: Iterable[Any]) -> None:
    """Put the rows into the table: what bulk_create() does, several times as fast."""
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as table:
        for row in rows:
            table.write_row([_plain(getattr(row, field.attname)) for field in fields])


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _id_at(opened: datetime, random: Random, number: int, of: int) -> UUID:
    """An id of when the number-th of so many came in, in the library's first year."""
    return id_of(opened + timedelta(days=365) * number / of, random.getrandbits(62))


def id_of(at: datetime, rest: int) -> UUID:
    """A UUIDv7 of that millisecond."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | rest)


def _name(number: int) -> str:
    rest, last = divmod(number, len(_LAST))
    rest, first = divmod(rest, len(_FIRST))
    return f"{_FIRST[first]} {_LAST[last]}{_LAST[rest].lower() if rest else ''}"


def _authors(size: Size, new_id: Any) -> Iterator[Author]:
    for number in range(size.authors):
        name = _name(number)
        id = new_id(number, size.authors)
        yield Author(id=id, name=name, name_key=name_key(name), search_key=search_key(name))


def _people(size: Size, new_id: Any) -> Iterator[LibraryUser]:
    """Three of four are verified, and all that have books."""
    for number in range(size.people):
        name, email = _name(number * 7), f"person{number}@example.org"
        yield LibraryUser(
            id=new_id(number, size.people),
            name=name,
            email=email,
            email_key=email,
            barcode=barcode(BarcodeKind.CARD, "0001", number + 1),
            status="VERIFIED" if number < size.readers or number % 4 else "NOT_VERIFIED",
            search_key=search_key(name, email),
        )


def _books(
    size: Size, authors: Sequence[Author], people: Sequence[LibraryUser], new_id: Any, random: Random
) -> Iterator[Book]:
    """One in twenty is on loan; in two hundred, one is missing and one withdrawn."""
    titles = _titles(random)
    for number, title in enumerate(islice(titles, size.books)):
        author = authors[_author_number(number, size)]
        isbn = _isbn(number)
        yield Book(
            id=new_id(number, size.books),
            title=title,
            isbn=isbn,
            author_id=author.pk,
            barcode=barcode(BarcodeKind.BOOK, "0001", number + 1),
            search_key=search_key(title, author.name, isbn, isbn_10(isbn) or ""),
            **_whereabouts(number, people),
        )


def _author_number(number: int, size: Size) -> int:
    """The prolific have a page of books each, which are not in a row; all others share what is left."""
    written = size.prolific * BOOKS_OF_AN_AUTHOR
    every = size.books // written if size.books > written else 1
    if number % every == 0 and number // every < written:
        return number // every % size.prolific
    return size.prolific + number // 3 % (size.authors - size.prolific)


def _titles(random: Random) -> Iterator[str]:
    while True:
        first, second, third = random.choices(_WORDS, cum_weights=_WEIGHTS, k=3)
        yield f"The {first} of {second} {third}" if len(first) % 2 else f"{first.title()} and {second}"


def _isbn(number: int) -> str:
    """One in ten has none; of one in five there is a second copy."""
    if number % 10 == 9:
        return ""
    digits = f"978{number - (number % 5 == 1):09}"
    return digits + ean.calc_check_digit(digits)


def _whereabouts(number: int, people: Sequence[LibraryUser]) -> dict[str, Any]:
    if number % 20 == 7:
        loan = number // 20
        out = timedelta(days=loan % 31, hours=3)  # one in ten is overdue
        at = timezone.now().replace(microsecond=0) - out
        return {
            "status": "BORROWED",
            "borrower_id": people[loan // BOOKS_OF_A_READER].pk,
            "loan_id": id_of(at, loan),
            "borrowed_at": at,
            "due_on": at.date() + timedelta(days=28),
        }
    return {"status": {50: "MISSING", 150: "WITHDRAWN"}.get(number % 200 if number % 100 == 50 else 0, "AVAILABLE")}


def _reservations(books: Sequence[Book], people: Sequence[LibraryUser], now: datetime) -> Iterator[Reservation]:
    """For one in ten of the books on loan somebody waits; and of each five hundred one waits on the hold shelf."""
    for number, book in enumerate(books):
        on_hold = number % 500 == 32
        if on_hold or number % 200 == 7:
            user = people[-1 - number % (len(people) // 2)]
            made = Reservation(
                id=id_of(now, number), book=book, user=user, rank=1, placed_at=now.replace(microsecond=0)
            )
            if on_hold:
                book.status, book.reservation, book.held_until = "ON_HOLD", made, now.date() + timedelta(days=3)
            yield made


def _opening_balance(rows: Sequence[Any], opened: datetime) -> Iterator[JournalEntry]:
    """What the journal counts on from: a thousand rows an entry, all of them as they were before the loans."""
    for number, start in enumerate(range(0, len(rows), 1000), 1):
        changes = [
            {"table": row._meta.label_lower, "id": str(row.pk)} | _before_loans(row) for row in rows[start:][:1000]
        ]
        yield JournalEntry(
            id=id_of(opened, number),
            operation="OpeningBalance",
            arguments={},
            actor="system:cli",
            source="cli",
            at=opened,
            outcome="CARRIED_OUT",
            changes=changes,
            number=number,
        )


def _before_loans(row: Any) -> dict[str, Any]:
    return {"status": "AVAILABLE"} if row.status == "BORROWED" else state_of(row)
