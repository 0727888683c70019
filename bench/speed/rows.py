"""The rows of a library of any number of books: what it owns, and who has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice, product
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone
from stdnum import ean

from catalog.models import Author, Book
from catalog.models.search import search_key
from catalog.policies import BarcodeKind, barcode, isbn_10
from catalog.text import name_key
from circulation.models import LibraryUser, Reservation

BOOKS_OF_AN_AUTHOR, BOOKS_OF_A_READER = 100, 5
"""What is asked for: one whole page, and what somebody has at home."""

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


def id_at(opened: datetime, random: Random, number: int, of: int) -> UUID:
    """An id of when the number-th of so many came in, in the library's first year."""
    return id_of(opened + timedelta(days=365) * number / of, random.getrandbits(62))


def id_of(at: datetime, rest: int) -> UUID:
    """A UUIDv7 of that millisecond."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | rest)


def _name(number: int) -> str:
    rest, last = divmod(number, len(_LAST))
    rest, first = divmod(rest, len(_FIRST))
    return f"{_FIRST[first]} {_LAST[last]}{_LAST[rest].lower() if rest else ''}"


def authors(size: Size, new_id: Any) -> Iterator[Author]:
    for number in range(size.authors):
        name = _name(number)
        id = new_id(number, size.authors)
        yield Author(id=id, name=name, name_key=name_key(name), search_key=search_key(name))


def people(size: Size, new_id: Any) -> Iterator[LibraryUser]:
    """Three of four are verified, and all that have books; one in twenty is suspended."""
    for number in range(size.people):
        name, email = _name(number * 7), f"person{number}@example.org"
        yield LibraryUser(
            id=new_id(number, size.people),
            name=name,
            email=email,
            email_key=email,
            name_key=name_key(name),
            barcode=barcode(BarcodeKind.CARD, "0001", number + 1),
            search_key=search_key(name, also=email),
            **_standing(number, size),
        )


def _standing(number: int, size: Size) -> dict[str, Any]:
    if number >= size.readers and number % 20 == 1:
        why = {"suspended_by": "system:cli", "suspended_at": timezone.now(), "suspension_reason": "Unpaid fees."}
        return {"status": "SUSPENDED", "status_before": "VERIFIED", "suspended_by_staff": True} | why
    return {"status": "VERIFIED" if number < size.readers or number % 4 else "NOT_VERIFIED"}


def books(
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
            search_key=search_key(title, author.name, also=f"{isbn} {isbn_10(isbn) or ''}"),
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


def reservations(books: Sequence[Book], people: Sequence[LibraryUser], now: datetime) -> Iterator[Reservation]:
    """For one in ten of the books on loan somebody waits; and of each five hundred one waits on the hold shelf."""
    placed_at = now.replace(microsecond=0)
    for number, book in enumerate(books):
        for rank, user in enumerate(_waiting(number, people), 1):
            made = Reservation(id=id_of(now, 100 * number + rank), book=book, user=user, rank=rank, placed_at=placed_at)
            if number % 500 == 32:
                book.status, book.reservation, book.held_until = "ON_HOLD", made, now.date() + timedelta(days=3)
            yield made


def _waiting(number: int, people: Sequence[LibraryUser]) -> Iterator[LibraryUser]:
    """Who waits for a book: for one of them many, and one of them, who reads, for many."""
    if number % 500 == 32 or number % 200 == 7:
        yield people[-1 - number % (len(people) // 2)]
    if number == 7:
        yield from people[-30:-10]
    if number % 200 == 7 and number < 4_000:
        yield people[6]
