from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from catalog.models import Author, Book
from circulation.management.commands import load_demo
from circulation.management.demo_events import OPENED_DAYS_AGO, events
from circulation.management.demo_library import BOOKS, LOANS, MISSING, PEOPLE, RETURNED, WITHDRAWN, DemoPerson
from circulation.models import LibraryUser, PastLoan, Reservation
from circulation.policies import POLICY
from circulation.queries import (
    GetBorrowedBooksByUser,
    GetHoldShelf,
    GetMissingBooks,
    GetOverdueLoans,
    GetReservationQueue,
)
from library_site.cqrs import dispatch
from library_site.cqrs.models import IdempotencyKey, JournalEntry
from tests.library import borrow, context, register

pytestmark = pytest.mark.django_db


def load() -> tuple[str, str]:
    """What load_demo prints on standard output and on standard error."""
    out, err = StringIO(), StringIO()
    call_command("load_demo", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def everything() -> dict[str, list[Any]]:
    """Every row that a command writes."""
    models = (Author, Book, LibraryUser, PastLoan, Reservation, JournalEntry)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def on_loan_to(person: DemoPerson) -> dict[str, Any]:
    """Due dates by title, as the library answers."""
    user = LibraryUser.objects.get(name=person.name, birth_date=person.birth_date)
    return {row.title: row.due_on for row in dispatch(GetBorrowedBooksByUser(user_id=user.id), context()).rows}


def the_library_is_as_its_data_say():
    today = timezone.localdate()
    columns = ("title", "author__name", "isbn", "statement_of_responsibility", "shelf_mark", "condition")
    said = [(book.title, book.author or None, *book[2:6]) for book in BOOKS]
    assert Counter(Book.objects.values_list(*columns)) == Counter(said)
    assert {book.barcode for book in BOOKS if book.barcode} <= {*Book.objects.values_list("barcode", flat=True)}
    assert len({person.known_by for person in PEOPLE}) == LibraryUser.objects.count()
    for person in PEOPLE:
        expected = {
            loan.title: POLICY.due_on(today - timedelta(days=loan.days_ago))
            for loan in LOANS
            if loan.person == person.known_by
        }
        assert on_loan_to(person) == expected
    assert Book.objects.filter(status=Book.Status.BORROWED).count() == len(LOANS)


def some_wait_for_an_overdue_book_one_for_a_book_that_is_back_and_one_book_is_withdrawn():
    (overdue,) = dispatch(GetOverdueLoans(), context()).rows
    assert overdue.title == LOANS[0].title
    queue = dispatch(GetReservationQueue(book_id=overdue.id), context()).rows
    assert [row.user_name for row in queue] == ["Nguyễn Thị Mai", "Haruka Minamoto"]
    (held,) = dispatch(GetHoldShelf(), context()).rows
    assert (held.title, held.user_name) == ("Blindness", "Éloïse Garnier")
    assert held.held_until > timezone.localdate()
    assert Book.objects.get(status=Book.Status.WITHDRAWN).title == WITHDRAWN.title


def past_loans_and_the_missing_book():
    today = timezone.localdate()
    ended = {
        (loan.book.title, loan.borrower.email): (
            (today - loan.borrowed_at.date()).days,
            (today - loan.ended_at.date()).days,
        )
        for loan in PastLoan.objects.filter(ending="RETURNED")
        if loan.borrowed_at
    }
    assert ended == {(loan.title, loan.person): (loan.days_ago_lent, loan.days_ago_returned) for loan in RETURNED}
    assert [row.title for row in dispatch(GetMissingBooks(), context()).rows] == [MISSING.title]


def it_happened_in_the_order_of_time():
    journal = list(JournalEntry.objects.order_by("id").values_list("at", flat=True))
    assert journal == sorted(journal)
    assert timezone.now() - journal[0] > timedelta(days=OPENED_DAYS_AGO - 1)
    assert set(JournalEntry.objects.values_list("outcome", "actor", "source")) == {("CARRIED_OUT", "system:cli", "cli")}


def test_all_that_is_said_of_it_is_so():
    """All of one library: it takes a while to load."""
    load()
    the_library_is_as_its_data_say()
    some_wait_for_an_overdue_book_one_for_a_book_that_is_back_and_one_book_is_withdrawn()
    past_loans_and_the_missing_book()
    it_happened_in_the_order_of_time()


def test_doing_it_twice_changes_nothing():
    out, _ = load()
    before = everything()
    again, err = load()
    assert everything() == before
    steps = len(BOOKS) + len(PEOPLE) + sum(person.verified for person in PEOPLE) + len(events())
    beginning = f"The demonstration library is in place: {len(BOOKS)} books, {len(PEOPLE)} people"
    assert out == f"{beginning} and their loans, in {steps} steps, of which {steps} were new.\n"
    assert again == f"{beginning} and their loans, in {steps} steps, of which 0 were new.\n"
    assert err == ""


@pytest.fixture
def interrupted(monkeypatch):
    """Runs load_demo until it has carried out so many steps; then Ctrl-C."""

    def load_until(steps: int) -> None:
        done = 0

        def dispatch_some(message, context):
            nonlocal done
            if done == steps:
                raise KeyboardInterrupt
            done += 1
            return dispatch(message, context)

        with monkeypatch.context() as patched:
            patched.setattr(load_demo, "dispatch", dispatch_some)
            with pytest.raises(KeyboardInterrupt):
                load()

    return load_until


FIRST_EVENT = len(BOOKS) + len(PEOPLE) + sum(person.verified for person in PEOPLE)


@pytest.mark.parametrize("steps", [1, FIRST_EVENT, FIRST_EVENT + len(events()) - 1])
def test_interrupted_and_run_again_it_completes(interrupted, steps):
    interrupted(steps)
    out, err = load()
    assert f"{FIRST_EVENT + len(events()) - steps} were new" in out
    assert err == ""
    assert LibraryUser.objects.get(name=PEOPLE[0].name).status == "VERIFIED"
    assert Book.objects.count() == len(BOOKS)
    assert Book.objects.filter(status=Book.Status.BORROWED).count() == len(LOANS)
    assert PastLoan.objects.count() == len(RETURNED) + 1
    assert IdempotencyKey.objects.count() == JournalEntry.objects.count() == FIRST_EVENT + len(events())


def test_what_people_made_impossible_meanwhile_is_left_out_and_said(interrupted):
    interrupted(FIRST_EVENT)
    book = Book.objects.get(title=RETURNED[0].title)
    borrow(book.id, user_id := register("Ann Lee"))
    out, err = load()
    assert "is in place" in out
    assert err.startswith(f"Left out: “{book.title}” is on loan to Ann Lee")
    assert len(err.splitlines()) == 1
    book.refresh_from_db()
    assert book.borrower_id == user_id  # its return in the demonstration is left out, too
    assert Book.objects.filter(status=Book.Status.BORROWED).count() == len(LOANS) + 1


def test_where_the_commands_are_not_served_it_says_so(settings):
    settings.LIBRARY_OPERATIONS = ["queries"]
    with pytest.raises(CommandError, match=r"cannot be loaded: AddNewBook is not served here\."):
        load()
