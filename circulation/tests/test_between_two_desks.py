"""What another desk does in between, in the order that does most harm. (SQLite has one writer at a time.)"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from itertools import takewhile
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from catalog.commands import AddCopies
from catalog.models import Author, Book
from circulation.commands import CorrectBook, ReinstateUser, ReturnBook
from circulation.domain.borrowing_rules import BookNotAvailable
from circulation.domain.isbn_changes import ReservationsClash
from circulation.domain.reservations import BookReserved
from circulation.models import LibraryUser, Reservation
from library_site.cqrs import Conflict, dispatch
from library_site.cqrs.records import EditRecord
from tests.library import add_book, borrow, context, register, report_missing, reserve, suspend

pytestmark = pytest.mark.django_db(transaction=True)

add_copies = import_module("catalog.commands.add_copies")
borrow_book = import_module("circulation.commands.borrow_book")
correct_book = import_module("circulation.commands.correct_book")
return_book = import_module("circulation.commands.return_book")
people_records = import_module("circulation.records.people")

EMMA, PERSUASION, HOWL = "9780141439587", "9780141439686", "9780872863101"


@pytest.fixture(autouse=True)
def writers() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time: nothing comes in between")


class Between:
    """Makes another desk do something, once, just before or after a function that the first desk calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.desks: list[Thread] = []

    def __call__(self, owner: Any, name: str, do: Callable[[], object], *, after: bool) -> None:
        original = getattr(owner, name)

        def interrupted(*args: Any, **kwargs: Any) -> Any:
            self.monkeypatch.setattr(owner, name, original)
            result = original(*args, **kwargs) if after else None
            self._meanwhile(do)
            return result if after else original(*args, **kwargs)

        self.monkeypatch.setattr(owner, name, interrupted)

    def _meanwhile(self, do: Callable[[], object]) -> None:
        def at_the_other_desk() -> None:
            try:
                do()
            finally:
                connections.close_all()

        self.desks.append(Thread(target=at_the_other_desk))
        self.desks[-1].start()
        self.desks[-1].join(1)  # it is done, or waits for this transaction

    def finish(self) -> None:
        for desk in self.desks:
            desk.join()


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    other = Between(monkeypatch)
    yield other
    other.finish()


def on_loan(isbn: str, borrower: UUID) -> UUID:
    book_id = add_book(isbn=isbn)
    borrow(book_id, borrower)
    return book_id


def test_who_reserves_a_title_while_borrowing_a_copy_has_the_copy_and_waits_no_longer(between: Between) -> None:
    first, second, ann = add_book(isbn=EMMA), add_book(isbn=EMMA), register(verified=True)
    between(borrow_book, "find_and_lock_title", lambda: reserve(first, ann), after=False)

    borrow(second, ann)

    assert not Reservation.objects.filter(status=Reservation.Status.OPEN).exists()
    assert dict(Book.objects.values_list("pk", "status")) == {first: "AVAILABLE", second: "BORROWED"}


def test_a_copy_that_goes_on_hold_while_it_is_lent_is_refused_as_reserved(between: Between) -> None:
    book_id, ann, bob = add_book(isbn=EMMA), register(verified=True), register("Bob Ray", verified=True)
    between(borrow_book, "find_and_lock_title", lambda: reserve(book_id, bob), after=False)

    with pytest.raises(BookReserved, match="waits on the hold shelf for Bob Ray"):
        borrow(book_id, ann)


def test_a_copy_that_comes_back_while_a_suspension_ends_is_not_available_beside_who_waits_for_it(
    between: Between,
) -> None:
    ann, book_id = register(verified=True), on_loan(EMMA, register("Bob Ray", verified=True))
    reserve(book_id, ann)
    suspend(ann)
    reinstated = ReinstateUser(user_id=ann, reason="Said so.")
    between(return_book, "serve_queue", lambda: dispatch(reinstated, context()), after=True)

    dispatch(ReturnBook(book_id=book_id), context())

    between.finish()
    held = Book.objects.select_related("reservation").get()
    assert (held.status, held.reservation and held.reservation.user_id) == ("ON_HOLD", ann)


def test_who_is_reinstated_by_an_edit_of_the_record_is_locked_after_the_titles(between: Between) -> None:
    """As by every command: another desk that has locked the title, and then waits for the person, is not waited for."""
    ann, book_id = register(verified=True), on_loan(EMMA, register("Bob Ray", verified=True))
    reserve(book_id, ann)
    suspend(ann)

    def lend_it_to_ann() -> None:
        with pytest.raises(BookNotAvailable):
            borrow(book_id, ann)

    between(people_records, "check_version", lend_it_to_ann, after=True)
    edit = EditRecord(
        table="circulation.libraryuser",
        method="PATCH",
        record_id=ann,
        values={"status": "VERIFIED", "status_comment": "So."},
    )

    dispatch(edit, context())

    between.finish()
    assert LibraryUser.objects.get(pk=ann).status == "VERIFIED"


def test_a_new_book_of_the_isbn_to_which_a_queue_moves_is_served_to_it(between: Between) -> None:
    ann, bob = register(verified=True), register(verified=True)
    book_id = on_loan(EMMA, bob)
    reserve(book_id, ann)
    report_missing(book_id)
    between(correct_book, "serve_queue", lambda: add_book(isbn=PERSUASION), after=False)

    dispatch(CorrectBook(book_id=book_id, isbn=PERSUASION), context())

    between.finish()
    held = Book.objects.select_related("reservation").get(status=Book.Status.ON_HOLD)
    assert (held.isbn, held.reservation and held.reservation.user_id) == (PERSUASION, ann)


def test_who_borrows_what_the_book_becomes_that_they_wait_for_waits_no_longer(between: Between) -> None:
    ann, book_id, other = register(verified=True), on_loan(EMMA, register()), add_book(isbn=PERSUASION)
    reserve(book_id, ann)
    report_missing(book_id)
    between(correct_book, "isbn_problem", lambda: borrow(other, ann), after=True)

    dispatch(CorrectBook(book_id=book_id, isbn=PERSUASION), context())

    between.finish()
    assert Book.objects.get(pk=other).borrower_id == ann
    assert not Reservation.objects.filter(status=Reservation.Status.OPEN).exists()


def test_two_queues_that_move_to_one_title_at_once_hold_nobody_twice(between: Between) -> None:
    ann, bob = register(verified=True), register(verified=True)
    books = [on_loan(isbn, bob) for isbn in (EMMA, HOWL)]
    for book_id in books:
        reserve(book_id, ann)
        report_missing(book_id)

    def correct_the_other() -> None:
        with pytest.raises(ReservationsClash):
            dispatch(CorrectBook(book_id=books[1], isbn=PERSUASION), context())

    between(correct_book, "serve_queue", correct_the_other, after=False)

    dispatch(CorrectBook(book_id=books[0], isbn=PERSUASION), context())

    between.finish()
    waiting = Reservation.objects.filter(status=Reservation.Status.OPEN, user=ann)
    assert waiting.filter(book__isbn=PERSUASION).count() == 1


def test_copies_of_a_book_that_is_corrected_meanwhile_are_copies_of_what_it_is_now(between: Between) -> None:
    book_id = add_book(isbn=EMMA)
    correct = CorrectBook(book_id=book_id, isbn=PERSUASION)
    between(add_copies, "add_copies_of_one_title", lambda: dispatch(correct, context()), after=False)

    dispatch(AddCopies(book_id=book_id, copies=2), context())

    assert list(Book.objects.values_list("isbn", flat=True)) == [PERSUASION] * 3


def test_who_reserves_a_title_while_copies_of_it_are_added_gets_one_of_them(between: Between) -> None:
    """The desk that waits for the locks has not seen the new copy yet, and begins anew."""
    ann, book_id = register(verified=True), on_loan(EMMA, register())
    between(add_copies, "add_copies_of_one_title", lambda: reserve(book_id, ann), after=True)

    dispatch(AddCopies(book_id=book_id), context())

    between.finish()
    held = Book.objects.select_related("reservation").get(status=Book.Status.ON_HOLD)
    assert held.reservation
    assert held.reservation.user_id == ann


def test_books_can_be_returned_however_many_copies_are_added_meanwhile() -> None:
    lent = [on_loan(EMMA, register()) for _ in range(6)]
    is_over = Event()

    def add() -> None:
        for _ in takewhile(lambda _: not is_over.is_set(), range(60)):
            dispatch(AddCopies(book_id=lent[0]), context())
        connections.close_all()

    adders = [Thread(target=add) for _ in range(3)]
    for adder in adders:
        adder.start()
    refused = [book_id for book_id in lent if not is_returned(book_id)]
    is_over.set()
    for adder in adders:
        adder.join()

    assert refused == []


def is_returned(book_id: UUID) -> bool:
    with suppress(Conflict):
        dispatch(ReturnBook(book_id=book_id), context())
    return not Book.objects.filter(pk=book_id, status=Book.Status.BORROWED).exists()


def test_an_author_is_renamed_while_a_book_goes_to_the_hold_shelf(
    between: Between, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a row that one transaction changes twice, PostgreSQL looks for the author once more when it commits."""
    book_id = on_loan(EMMA, register())
    reserve(book_id, register())
    author_id = Book.objects.get(pk=book_id).author_id
    values = {"name": "J. Austen"}
    rename = EditRecord(table="catalog.author", method="PATCH", record_id=author_id, values=values)
    between(return_book, "serve_queue", lambda: dispatch(rename, context()), after=True)

    dispatch(ReturnBook(book_id=book_id), context())
    between.finish()

    assert Author.objects.get().name == "J. Austen"
    assert "met another change" not in caplog.text
