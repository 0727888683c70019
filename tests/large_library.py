"""A library as large as a town's, for tests of how queries read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, models
from stdnum import ean

from catalog.models import Author, Book
from catalog.policies import BarcodeKind, barcode
from catalog.search import search_key
from catalog.text import name_key
from circulation.models import LibraryUser, PastLoan, Reservation
from library_site.cqrs.models import JournalEntry, JournalSubject

AUTHORS, BOOKS, PEOPLE, PAST_LOANS, ENTRIES, STAFF = 600, 5_000, 1_000, 20_000, 30_000, 20
COPIES = 60
"""Of the title that everybody wants; of others there are one to five."""

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()

_FIRST = "Ann Ben Cora Dan Eva Finn Greta Hal Ida Jon Kate Leo Mia Ned Ola Pia Rob Sue Tom Una".split()
_LAST = (
    "Abel Brook Carter Dale Ekman Fisher Grant Holm Ingram Jansen Keller Lund Marsh Novak Olsen Price Quist Reed "
    "Stone Thorne Ulrich Vance Weber Xu Yates Zeller Ashby Borg Crane Drew"
).split()
_NOUNS = (
    "garden river winter letter island house window stranger orchard kingdom bridge shadow summer machine ocean "
    "lantern village forest mirror harvest"
).split()


@dataclass(frozen=True, kw_only=True)
class LargeLibrary:
    """Some of what it holds: a title with many copies and a long queue, a reader with a long past."""

    author_id: UUID
    wanted_book_id: UUID
    single_book_id: UUID
    isbn: str
    reader_id: UUID
    waiting_user_id: UUID
    actor: str


def build() -> LargeLibrary:
    """Some 80,000 rows, by bulk inserts: commands would take minutes, and it is the reading that is tested."""
    random = Random(1)  # noqa: S311 - the same library every time
    authors = _create(Author, _authors())
    people = _create(LibraryUser, _people())
    staff = _create(User, (User(username=f"staff{number}") for number in range(STAFF)))
    books = _create(Book, _books(authors, people, random))
    past = (_past_loan(random.choice(books), random.choice(people), number) for number in range(PAST_LOANS))
    _create(PastLoan, past)
    reservations = _create(Reservation, _reservations(books, people))
    _put_on_hold(books, reservations)
    entries = _create(JournalEntry, (_entry(staff, number, random) for number in range(ENTRIES)))
    _create(JournalSubject, _subjects(entries, books, people, random))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return LargeLibrary(
        author_id=authors[0].pk,
        wanted_book_id=books[0].pk,
        single_book_id=next(book.pk for book in books if not book.isbn),
        isbn=books[0].isbn,
        reader_id=people[0].pk,
        waiting_user_id=reservations[0].user_id,
        actor=f"user:{staff[0].pk}",
    )


def _create(model: type[Any], rows: Iterator[Any]) -> list[Any]:
    created: list[Any] = model._default_manager.bulk_create(rows, batch_size=2_000)
    return created


def _authors() -> Iterator[Author]:
    names = (f"{first} {last}" for last in _LAST for first in _FIRST)
    for name in islice(names, AUTHORS):
        yield Author(name=name, name_key=name_key(name), search_key=search_key(name))
