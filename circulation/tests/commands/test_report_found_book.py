"""ReportFoundBook: finding a book lifts the suspension that its loss, and nothing else, had caused."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from circulation.commands import ReportFoundBook, VerifyUser
from circulation.commands.report_found_book import BookNotMissing, BookReportedFound
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.library import add_book, borrow, context, register, report_missing, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def that_somebody_waits_for(it: Arranger) -> Arguments:
    book = it.queue_of(1)
    it("ReportMissingBook", book_id=book)
    return {"book_id": book}


DECLARED = declared(
    ReportFoundBook,
    good=lambda it: {"book_id": it.lost_book()},
    # the title, the book, its losses, their users (locked), the loss, the other losses, the user, the queue
    statements=12,
    refusals=[
        refused(
            BookNotMissing,
            "“Emma” is not missing: it is on loan.",
            lambda it: {"book_id": it.lent_book("Emma")},
            details="book_status",
        ),
    ],
    moves=[lambda it: {"book_id": it.lost_book(verified=True)}, that_somebody_waits_for],
)


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


def test_of_two_copies_lost_on_one_day_each_has_its_line() -> None:
    ann = register()
    first, second = lose(ann, "Emma", "Emma")

    find(first)
    assert standing(ann) == ("SUSPENDED", "“Emma” was reported missing on 23 November 2026.")
    find(second)
    assert standing(ann) == ("NOT_VERIFIED", "")


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
