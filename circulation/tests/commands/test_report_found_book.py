"""ReportFoundBook: finding a book lifts the suspension that its loss, and nothing else, had caused."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import BorrowBook, ReportFoundBook, VerifyUser
from circulation.commands.report_found_book import BookNotMissing, BookReportedFound
from circulation.domain.people import UserSuspended
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs import NotFound, dispatch
from tests.library import add_book, borrow, context, register, report_missing, suspend, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def find(book_id: UUID, *, now: datetime = NOW) -> BookReportedFound:
    return dispatch(ReportFoundBook(book_id=book_id), context(now=now))


def standing(user_id: UUID) -> tuple[str, str]:
    user = LibraryUser.objects.get(pk=user_id)
    return user.status, user.status_comment


def lose(user_id: UUID, *titles: str) -> list[UUID]:
    """The user borrows these books, and then all of them are reported missing."""
    books = [add_book(title) for title in titles]
    for book_id in books:
        borrow(book_id, user_id)
    for book_id in books:
        report_missing(book_id, now=NOW)
    return books


def test_a_missing_book_is_available_again() -> None:
    book_id = add_book()
    report_missing(book_id)

    assert find(book_id) == BookReportedFound(book_id=book_id, reinstated_user_id=None)
    assert Book.objects.get(pk=book_id).status == "AVAILABLE"


@pytest.mark.parametrize("verified", [False, True])
def test_who_was_suspended_for_the_loss_has_the_former_status_again(verified: bool) -> None:
    ann = register(verified=verified)
    before = standing(ann)
    book_id = suspend_by_loss(ann)

    assert find(book_id).reinstated_user_id == ann

    assert standing(ann) == before == ("VERIFIED" if verified else "NOT_VERIFIED", "")
    assert PastLoan.objects.get().resolved_at == NOW
    borrow(book_id, ann)


def test_of_two_losses_the_first_found_lifts_nothing_but_its_own_line() -> None:
    ann = register(verified=True)
    emma, persuasion = lose(ann, "Emma", "Persuasion")

    assert find(emma).reinstated_user_id is None
    assert standing(ann) == ("SUSPENDED", "“Persuasion” was reported missing on 23 November 2026.")

    assert find(persuasion).reinstated_user_id == ann
    assert standing(ann) == ("VERIFIED", "")


def test_of_two_copies_lost_on_one_day_each_has_its_line() -> None:
    ann = register()
    first, second = lose(ann, "Emma", "Emma")

    find(first)
    assert standing(ann) == ("SUSPENDED", "“Emma” was reported missing on 23 November 2026.")
    find(second)
    assert standing(ann) == ("NOT_VERIFIED", "")


def test_a_suspension_by_staff_stays_when_a_loss_is_found(api: APIClient) -> None:
    ann, book_id = register(verified=True), add_book("Emma")
    borrow(book_id, ann)
    api.patch(f"/api/user/{ann}", {"status": "SUSPENDED", "status_comment": "Ink."})
    report_missing(book_id)

    assert find(book_id).reinstated_user_id is None

    assert standing(ann) == ("SUSPENDED", "Ink.")
    assert not PastLoan.unresolved_losses().exists()


def test_a_suspension_by_staff_that_is_over_does_not_outlast_the_loss() -> None:
    ann = register(verified=True)
    suspend(ann, "Ink.", until=NOW.date() - timedelta(days=1), now=NOW - timedelta(days=9))
    book_id = add_book("Emma")
    dispatch(BorrowBook(book_id=book_id, user_id=ann, override=("user_suspended",), override_reason="Exam."), context())
    report_missing(book_id, now=NOW - timedelta(days=5))

    assert find(book_id).reinstated_user_id == ann

    assert standing(ann) == ("VERIFIED", "")


def test_a_status_that_staff_set_after_a_loss_is_theirs(api: APIClient) -> None:
    ann = register(verified=True)
    (book_id,) = lose(ann, "Emma")
    api.patch(f"/api/user/{ann}", {"status": "NOT_VERIFIED"})

    assert find(book_id).reinstated_user_id is None

    assert standing(ann) == ("NOT_VERIFIED", "")
    dispatch(VerifyUser(user_id=ann), context())


def test_a_suspension_that_staff_renewed_after_a_loss_is_theirs(api: APIClient) -> None:
    ann = register(verified=True)
    (book_id,) = lose(ann, "Emma")
    api.patch(f"/api/user/{ann}", {"status": "VERIFIED"})
    api.patch(f"/api/user/{ann}", {"status": "SUSPENDED"})

    assert find(book_id).reinstated_user_id is None
    assert standing(ann)[0] == "SUSPENDED"


def test_an_edit_that_leaves_the_status_leaves_the_suspension_to_the_loss(api: APIClient) -> None:
    ann = register("Ann Lee", "ann@example.org", verified=True)
    (book_id,) = lose(ann, "Emma")
    user = api.get(f"/api/user/{ann}").json()
    api.put(f"/api/user/{ann}", user | {"name": "Ann Ray"})

    assert find(book_id).reinstated_user_id == ann
    assert standing(ann) == ("VERIFIED", "")


def test_the_lines_that_staff_wrote_stay_where_they_are(api: APIClient) -> None:
    ann = register()
    api.patch(f"/api/user/{ann}", {"status_comment": "Reads aloud."})
    (book_id,) = lose(ann, "Emma")
    comment = api.get(f"/api/user/{ann}").json()["status_comment"]
    api.patch(f"/api/user/{ann}", {"status_comment": f"{comment}\nPhoned; will look for it."})

    find(book_id)

    assert standing(ann) == ("NOT_VERIFIED", "Reads aloud.\nPhoned; will look for it.")


def test_the_line_of_a_loss_goes_whatever_the_time_of_day_and_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    ann, book_id = register(), add_book("Emma")
    borrow(book_id, ann)
    report_missing(book_id, now=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))

    find(book_id, now=datetime(2026, 12, 24, 1, 0, tzinfo=UTC))

    assert standing(ann) == ("NOT_VERIFIED", "")


def test_a_book_lost_twice_frees_everybody_who_lost_it(api: APIClient) -> None:
    """The shelf was put right by CRUD after the first loss, which therefore still stands."""
    ann, bob, book_id = register(), register(), add_book("Emma")
    borrow(book_id, ann)
    report_missing(book_id, now=NOW)
    api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"})
    borrow(book_id, bob)
    report_missing(book_id, now=NOW + timedelta(days=1))

    assert find(book_id).reinstated_user_id == bob, "who lost it last"

    assert standing(ann) == standing(bob) == ("NOT_VERIFIED", "")


def test_a_loss_that_was_resolved_long_ago_stays_resolved() -> None:
    ann = register()
    (book_id,) = lose(ann, "Emma")
    find(book_id)
    report_missing(book_id)

    assert find(book_id, now=NOW + timedelta(days=9)).reinstated_user_id is None
    assert PastLoan.objects.get().resolved_at == NOW


def test_a_suspended_user_is_not_reinstated_by_verifying() -> None:
    ann = register()
    suspend_by_loss(ann)

    with pytest.raises(UserSuspended):
        dispatch(VerifyUser(user_id=ann), context())


@pytest.mark.parametrize("on_loan", [False, True])
def test_a_book_that_is_not_missing_is_refused(on_loan: bool) -> None:
    book_id = add_book("Emma")
    if on_loan:
        borrow(book_id, register())

    with pytest.raises(BookNotMissing) as caught:
        find(book_id)

    state = "on loan" if on_loan else "available"
    assert caught.value.message == f"“Emma” is not missing: it is {state}."
    assert caught.value.details == {"book_status": "BORROWED" if on_loan else "AVAILABLE"}


def test_a_book_that_the_library_has_not_is_not_found() -> None:
    with pytest.raises(NotFound, match="no book with this id"):
        find(uuid4())


def test_a_found_book_takes_its_line_away_whatever_its_title_is_by_now(api: APIClient) -> None:
    ann = register("Ann Lee")
    book_id = suspend_by_loss(ann, "Dune")
    api.patch(f"/api/book/{book_id}", {"title": "Dune Messiah"})

    assert find(book_id).reinstated_user_id == ann
    assert LibraryUser.objects.get().status_comment == ""


def test_all_who_lost_a_book_are_locked_at_once_and_in_one_order(api: APIClient) -> None:
    """Two books that two people lost, each in another order, can then be found at once: nobody waits in a circle."""
    book_id = add_book()
    losers = [register(), register()]
    for user_id in reversed(losers):
        borrow(book_id, user_id)
        report_missing(book_id)
        api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"})
    report_missing(book_id)

    with CaptureQueriesContext(connection) as captured:
        find(book_id)

    reads = [each["sql"] for each in captured if 'FROM "circulation_libraryuser"' in each["sql"]]
    (locking,) = reads
    assert 'ORDER BY "circulation_libraryuser"."id" ASC' in locking
    assert locking.endswith("FOR UPDATE") == (connection.vendor == "postgresql")
    assert not LibraryUser.objects.filter(status="SUSPENDED").exists()
