"""A library as large as a town's, for what tests how queries read it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, product, repeat
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from stdnum import ean

from catalog.models import Author, Book, Code
from catalog.models.codes import codes_of
from catalog.models.search import search_key
from catalog.policies import BarcodeKind, barcode
from catalog.text import name_key
from circulation.models import Closure, FileImport, ImportedRow, LibraryUser, PastLoan, Reservation
from library_site.cqrs.ids import uuid7
from library_site.cqrs.models import JournalEntry, JournalSubject

AUTHORS, BOOKS, PEOPLE, STAFF, PAST_LOANS, ENTRIES = 600, 5_000, 3_000, 20, 20_000, 30_000
COPIES, QUEUE, ON_HOLD = 60, 40, 5
"""Of the title that everybody wants; of others there are one to four copies."""

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()

FIRST_NAMES = ["".join(letters) for letters in product("ABDE", "aeiou", "n")]
LAST_NAMES = ["".join(letters) for letters in product("KMPRS", "aeiou", "lr", "a")]
OPERATIONS = ["BorrowBook", "ReturnBook"] * 9 + ["RenewLoan", "ReportMissingBook"]


@dataclass(frozen=True, kw_only=True)
class LargeLibrary:
    """Some of what there is to ask for: the title that everybody wants, a book without ISBN, somebody who reads."""

    author_id: UUID
    wanted_book_id: UUID
    single_book_id: UUID
    isbn: str
    reader_id: UUID
    card: str
    actor: str


def labels_of(kind: BarcodeKind) -> list[dict[str, Any]]:
    """All barcodes of a kind, and a few."""
    ends = ((0, 99_999_999), (100, 140))
    return [{"first": barcode(kind, "0001", first), "last": barcode(kind, "0001", last)} for first, last in ends]


def build() -> LargeLibrary:
    """Some 120,000 rows, put into the tables: commands would take minutes, and it is the reading that is tested."""
    random = Random(1)  # the same library every time
    authors = _create(Author, _authors())
    people = _create(LibraryUser, _people())
    staff = _create(User, (User(username=f"staff{number}") for number in range(STAFF)))
    books = _create(Book, _books(authors, people))
    for kind, labelled in ((BarcodeKind.CARD, people), (BarcodeKind.BOOK, books)):
        _create(Code, codes_of(kind, labelled))
    _put_on_hold(_create(Reservation, _reservations(books, people)))
    close()
    insert(PastLoan, _past_loans(books, people, random))
    entries = list(_entries(books, people, staff, random))
    insert(JournalEntry, entries)
    insert(JournalSubject, _subjects(entries))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return LargeLibrary(
        author_id=authors[0].pk,
        wanted_book_id=books[0].pk,
        single_book_id=next(book.pk for book in books if not book.isbn),
        isbn=books[0].isbn,
        reader_id=people[0].pk,
        card=people[0].barcode,
        actor=f"user:{staff[0].pk}",
    )


def close() -> None:
    """Twenty closures to come, and imports, of which the last has many rows."""
    _create(Closure, (Closure(first=day, last=day) for day in map(date.fromordinal, range(740_000, 740_020))))
    moment = {"kind": "BOOKS", "file_name": "books.csv", "begun_at": NOW, "begun_by": "user:1", "changed_at": NOW}
    *_others, last = _create(FileImport, (FileImport(id=uuid7(), **moment) for _ in range(20)))
    said = {"fate": ImportedRow.Fate.ADDED, "taken_for": "Emma", "remarks": ""}
    _create(ImportedRow, (ImportedRow(file_import=last, number=row, line=row, **said) for row in range(1, 2_001)))


def _create(model: type[Any], rows: Iterable[Any]) -> list[Any]:
    created: list[Any] = model._default_manager.bulk_create(rows, batch_size=2_000)
    return created


def insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """What bulk_create() does, several times as fast."""
    first, *others = rows
    table, values = (
        f"{model._meta.db_table} ({', '.join(first)})",
        [[plain(value) for value in row.values()] for row in (first, *others)],
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(first))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", values)  # noqa: S608 - names of ours


def plain(value: Any) -> Any:
    """As both databases read it."""
    return value.hex if isinstance(value, UUID) else value


def _times(count: int) -> Iterator[datetime]:
    """The year up to now, evenly."""
    return (NOW - timedelta(days=365) * (count - number) / count for number in range(count))


def _authors() -> Iterator[Author]:
    for first, last in islice(product(FIRST_NAMES, LAST_NAMES), AUTHORS):
        name = f"{first} {last}"
        yield Author(name=name, name_key=name_key(name), search_key=search_key(name))


def _people() -> Iterator[LibraryUser]:
    for number, (last, first, _) in enumerate(product(LAST_NAMES, FIRST_NAMES, range(3))):
        name, email = f"{first} {last}", f"person{number}@example.org"
        user = LibraryUser(name=name, email=email, email_key=email, barcode=barcode(BarcodeKind.CARD, "0001", number))
        user.status = "SUSPENDED" if number % 20 == 1 else "VERIFIED" if number % 4 else "NOT_VERIFIED"
        user.search_key = search_key(name, also=email)
        yield user


def _books(authors: list[Author], people: list[LibraryUser]) -> Iterator[Book]:
    """Every second one is on loan, many of them overdue; some are missing or withdrawn."""
    for number, (title_number, title) in enumerate(islice(_titles(), BOOKS)):
        author = authors[title_number % AUTHORS]
        book = Book(title=title, author=author, barcode=barcode(BarcodeKind.BOOK, "0001", number))
        if title_number % 10 != 9:
            digits = f"978{title_number:09}"
            book.isbn = digits + ean.calc_check_digit(digits)
        book.search_key = book.words(author.name)
        if number % 2 == 0:
            days = number % 100 - 60
            book.status, book.borrower, book.loan_id = "BORROWED", people[number * 7 % 500], uuid7()
            book.borrowed_at, book.due_on = NOW + timedelta(days=days - 28), TODAY + timedelta(days=days)
        elif number % 50 == 1:
            book.status = "MISSING"
        elif number % 100 == 3:
            book.status = "WITHDRAWN"
        yield book


def _titles() -> Iterator[tuple[int, str]]:
    """A number and the words, for each copy. Some words are in many titles, most in few; one is in two of three."""
    random = Random(2)
    words = ["".join(letters) for letters in product("bdfgl", "aeiou", "lmnrst", "aeimnosy")]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    for number in count():
        first, second, third = random.choices(words, weights, k=3)
        title = f"The {first} of {second} {third}" if number % 3 else f"{first.title()} and {second}"
        copies = 1 if number % 10 == 9 else number % 4 + 1
        yield from repeat((number, title), COPIES if number == 0 else copies)


def _past_loans(books: list[Book], people: list[LibraryUser], random: Random) -> Iterator[dict[str, Any]]:
    for at in _times(PAST_LOANS):
        yield {
            "id": uuid7(),
            "book_id": random.choice(books).pk,
            "borrower_id": random.choice(people).pk,
            "borrowed_at": at - timedelta(days=20),
            "due_on": (at + timedelta(days=8)).date(),
            "ended_at": at,
            "ending": "RETURNED",
            "renewals": 0,
            "comment": "",
        }


def _reservations(books: list[Book], people: list[LibraryUser]) -> Iterator[Reservation]:
    """The queue of the title that everybody wants; one person for each of some others; and those that have ended."""
    wanted = [(books[rank % COPIES], people[rank], rank) for rank in range(QUEUE)]
    others = [(books[COPIES + 9 * number], people[number % 50], 1) for number in range(260)]
    for book, user, rank in wanted + others:
        yield Reservation(book=book, user=user, rank=rank, placed_at=NOW)
    for number in range(3_000):
        book, user = books[number], people[number % PEOPLE]
        yield Reservation(book=book, user=user, rank=1, placed_at=NOW, status="FULFILLED", ended_at=NOW)


def _put_on_hold(reservations: list[Reservation]) -> None:
    """The first of the long queue, on other copies; and every fourth of the others, on the copy that it names."""
    wanted = reservations[:QUEUE]
    free = [each.book for each in wanted if each.book.status == "AVAILABLE"]
    pairs = list(zip(free, wanted[:ON_HOLD], strict=False))
    pairs += [(each.book, each) for each in reservations[QUEUE:300] if each.book.status == "AVAILABLE"][::2]
    for book, reservation in pairs:
        book.status, book.reservation, book.held_until = "ON_HOLD", reservation, TODAY + timedelta(days=3)
    Book.objects.bulk_update([book for book, _ in pairs], ["status", "reservation", "held_until"])


def _entries(
    books: list[Book], people: list[LibraryUser], staff: list[User], random: Random
) -> Iterator[dict[str, Any]]:
    """Each is about a book and a person; one in twenty is a refusal."""
    for number, at in enumerate(_times(ENTRIES)):
        refused = number % 20 == 0
        about = {"book_id": str(random.choice(books).pk), "user_id": str(random.choice(people).pk)}
        yield {
            "id": uuid7(),
            "operation": random.choice(OPERATIONS),
            "arguments": json.dumps(about | {"override_reason": "an exam"} if refused else about),
            "actor": f"user:{random.choice(staff).pk}",
            "source": "html",
            "at": at,
            "outcome": "REFUSED" if refused else "CARRIED_OUT",
            "code": "user_suspended" if refused else "",
            "changes": "[]",
            "left_out": 0,
        }


def _subjects(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        about = json.loads(entry["arguments"])
        for name in ("book_id", "user_id"):
            yield {"entry_id": entry["id"], "subject": UUID(about[name])}
