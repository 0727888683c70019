"""A library as tests bring it about: the one of this process, or one that is deployed (deploy/tests/library.py)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils.timezone import localdate

from catalog.models import Book
from catalog.policies import canonical_isbn
from circulation.models import LibraryUser
from library_site.cqrs import Page, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.operations import RegisteredOperation, operation_named
from tests.library import context

PERSON, MAIL = "Quillfeather", "quill.example"
"""In the name and the e-mail address of everybody whom an arranger registers."""

Arguments = dict[str, Any]

_numbers = count(1)


def operation(name: str) -> RegisteredOperation:
    """The operation of this name, which is there."""
    found = operation_named(name)
    assert found, name
    return found


def unique(text: str) -> str:
    """A word that no other test uses."""
    return f"{text}{next(_numbers)}x{uuid4().hex[:8]}"


def unique_isbn() -> str:
    """One that no other test uses."""
    digits = f"979{uuid4().int % 10**9:09}"
    return next(isbn for check in range(10) if (isbn := canonical_isbn(f"{digits}{check}")))


def new_person() -> dict[str, str]:
    """Somebody with a name and an e-mail address that no log may hold."""
    return {"name": f"Ann {PERSON}", "email": f"{unique('ann')}@{MAIL}"}


def after(history: Any, arguments: Arguments) -> Arguments:
    """The arguments, once that history has come about."""
    return arguments


class Arranger:
    """Brings about what a test starts from, by operations; ids are as the library answers them."""

    def __call__(self, operation: str, /, **arguments: Any) -> Any:
        """The fields of the operation's answer."""
        raise NotImplementedError

    def edit(self, kind: str, id: Any, **dates: date) -> None:
        """Past every operation, give a book or a user other dates: no operation lets time pass."""
        raise NotImplementedError

    unique = staticmethod(unique)
    unique_isbn = staticmethod(unique_isbn)
    new_person = staticmethod(new_person)

    # Books

    def added(self, title: str = "", *, author: str = "", isbn: str = "", barcode: str = "") -> Any:
        """The answer to a new book."""
        author = author or unique("Austen")
        return self("AddNewBook", title=title or unique("Emma"), author_name=author, isbn=isbn, barcode=barcode)

    def book(self, title: str = "", **values: str) -> Any:
        return self.added(title, **values)["book_id"]

    def missing_book(self, title: str = "") -> Any:
        book = self.book(title)
        self("ReportMissingBook", book_id=book)
        return book

    def withdrawn_book(self, title: str = "") -> Any:
        book = self.book(title)
        self("WithdrawBook", book_id=book, reason="Worn out.")
        return book

    # People

    def person(self, name: str = "", *, verified: bool = False, **values: str) -> Any:
        person = self("RegisterUser", **(new_person() | ({"name": name} if name else {}) | values))["user_id"]
        if verified:
            self("VerifyUser", user_id=person)
        return person

    def suspended_person(self, name: str = "", *, verified: bool = False) -> Any:
        person = self.person(name, verified=verified)
        self("SuspendUser", user_id=person, reason="Unpaid fees.")
        return person

    def person_suspended_until_yesterday(self, *, verified: bool = False) -> Any:
        """Somebody whose suspension is over."""
        person = self.suspended_person(verified=verified)
        self.edit("user", person, suspended_until=localdate() - timedelta(days=1))
        return person

    # Loans

    def lend(self, book: Any, person: Any) -> Any:
        """Returns the book."""
        self("BorrowBook", book_id=book, user_id=person)
        return book

    def lent_book(self, title: str = "", person: Any = None, *, isbn: str = "") -> Any:
        return self.lend(self.book(title, isbn=isbn), person or self.person())

    def loan(self) -> tuple[Any, Any]:
        """A book and who has it."""
        person = self.person()
        return self.lent_book(person=person), person

    def past_loan(self, book: Any = None, person: Any = None) -> tuple[Any, Any]:
        """A book and who had it."""
        book, person = book or self.book(), person or self.person()
        self("ReturnBook", book_id=self.lend(book, person))
        return book, person

    def overdue_book(self, person: Any = None) -> Any:
        book = self.lent_book(person=person)
        self.edit("book", book, due_on=localdate() - timedelta(days=7))
        return book

    def lost_book(self, title: str = "", *, person: Any = None, verified: bool = False) -> Any:
        """A book whose borrower is suspended for its loss."""
        book = self.lent_book(title, person or self.person(verified=verified))
        self("ReportMissingBook", book_id=book)
        return book

    # Reservations

    def reserve(self, book: Any, person: Any = None) -> Any:
        """Returns the reservation; its copy is on the hold shelf, if one was available."""
        return self("PlaceReservation", book_id=book, user_id=person or self.person())["reservation_id"]

    def reservation(self) -> tuple[Any, Any, Any]:
        """Somebody who waits for a book on loan: the reservation, the book, the person."""
        book, person = self.lent_book(), self.person()
        return self.reserve(book, person), book, person

    def passed_over(self, *, until_yesterday: bool = False) -> Any:
        """Somebody suspended, maybe until yesterday, whose turn it was: the book is available."""
        _, book, person = self.reservation()
        self("SuspendUser", user_id=person, reason="Unpaid fees.")
        self("ReturnBook", book_id=book)
        if until_yesterday:
            self.edit("user", person, suspended_until=localdate() - timedelta(days=1))
        return person

    def queue_of(self, people: int, title: str = "", *, isbn: str = "") -> Any:
        """A book on loan for which so many people wait."""
        book = self.lent_book(title, isbn=isbn)
        for _ in range(people):
            self.reserve(book)
        return book

    def held_book(self, title: str = "", person: Any = None, *, isbn: str = "") -> Any:
        """A book on the hold shelf."""
        book = self.book(title, isbn=isbn)
        self.reserve(book, person)
        return book

    def who_waits_for(self, titles: int) -> Any:
        """Somebody who waits for so many titles, one of them on the hold shelf."""
        person = self.person()
        for number in range(titles):
            self.reserve(self.lent_book() if number else self.book(), person)
        return person

    def book_not_collected(self) -> Any:
        """A book that has waited on the hold shelf for too long."""
        book = self.held_book()
        self.edit("book", book, held_until=localdate() - timedelta(days=1))
        return book


class Here(Arranger):
    """The library of this process; the system acts."""

    def __call__(self, name: str, /, **arguments: Any) -> Any:
        answer = dispatch(message_from(operation(name), arguments), context())
        return {"results": [asdict(row) for row in answer.rows]} if isinstance(answer, Page) else asdict(answer)

    def edit(self, kind: str, id: Any, **dates: date) -> None:
        models: Mapping[str, Any] = {"book": Book, "user": LibraryUser}
        models[kind].objects.filter(pk=id).update(**dates)
