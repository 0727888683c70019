"""Refusals that are overridden at the desk, by whom, and with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import Reservation
from circulation.policies import POLICY
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, give_back, lend, register, report_missing, reserve, set_policy, suspend
from tests.scans import barcode_of, borrower, does, press, scan

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
OVERRIDE = "Lend anyway (reason)"


class Blocked(NamedTuple):
    """A refusal that a supervisor may override: what it is called, and what leads to it."""

    code: str
    block: Callable[[UUID, UUID], object]


def at_limit(ann: UUID, book_id: UUID) -> None:
    for _ in range(POLICY.limit_not_verified):
        lend(user_id=ann)


def too_late(ann: UUID, book_id: UUID) -> None:
    set_policy(overdue_limit=1)
    lend(user_id=ann, now=timezone.now() - timedelta(days=2 * POLICY.loan_days))


BLOCKED = [
    Blocked("user_suspended", lambda ann, book_id: suspend(ann)),
    Blocked("loan_limit_reached", at_limit),
    Blocked("overdue_limit_reached", too_late),
    Blocked("book_reserved", lambda ann, book_id: reserve(book_id, register("Bob Roe"))),
]

blocked = pytest.mark.parametrize("case", BLOCKED, ids=lambda case: case.code)


@blocked
def test_a_supervisor_overrides_with_a_reason(desk: Client, supervisor: User, case: Blocked) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    case.block(ann, book_id)

    refused = scan(desk, barcode_of("Dune"), ann)
    (choice,) = [each for each in refused.row.choices if each.asks_why]
    assert (choice.label, does(refused, OVERRIDE)["override"]) == (OVERRIDE, case.code)
    assert 'name="why" required' in refused.html
    assert "A supervisor may override this." not in refused.row.text
    lent = press(desk, refused, OVERRIDE, ann, why="The director said so.")

    assert lent.row.state in {"done", "look"}
    assert borrower(book_id) == ann
    entry = JournalEntry.objects.filter(operation="BorrowBook", outcome="CARRIED_OUT").latest("id")
    assert (entry.arguments["override"], entry.arguments["override_reason"]) == ([case.code], "The director said so.")


@blocked
def test_a_librarian_is_told_that_a_supervisor_may_override(desk: Client, case: Blocked) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    case.block(ann, book_id)

    answer = scan(desk, barcode_of("Dune"), ann)

    assert answer.row.text.endswith("A supervisor may override this.")
    assert OVERRIDE not in answer.labels
    forced = f"task=BorrowBook&book_id={book_id}&user_id={ann}&override={case.code}"
    assert scan(desk, person=ann, does=forced, why="I say so.").row.state == "refused"
    assert borrower(book_id) is None


def test_a_scan_is_no_reason(desk: Client, supervisor: User) -> None:
    suspend(ann := register("Ann Lee"))
    add_book("Dune")
    label = barcode_of("Dune")

    asked = press(desk, scan(desk, label, ann), OVERRIDE, ann, why=label)

    assert "Say why this is overridden" in asked.row.text
    assert not Book.objects.get().borrower_id


def test_one_button_overrides_all_that_stands_in_the_way(desk: Client, supervisor: User) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    at_limit(ann, book_id)
    suspend(ann)
    report_missing(book_id)

    found = press(desk, scan(desk, barcode_of("Dune"), ann), "Found: lend it", ann)
    assert does(found, OVERRIDE)["override"] == "user_suspended,loan_limit_reached"
    asked = press(desk, found, OVERRIDE, ann)
    assert does(asked, OVERRIDE) == does(found, OVERRIDE)
    lent = press(desk, asked, OVERRIDE, ann, why="The director said so.")

    assert lent.row.text.startswith("Found. Lent until ")
    assert borrower(book_id) == ann


def test_an_overridden_hold_says_who_is_first_again(desk: Client, supervisor: User) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    reserve(book_id, register("Bob Roe"))

    answer = press(desk, scan(desk, barcode_of("Dune"), ann), OVERRIDE, ann, why="An exam.")

    assert (answer.row.state, answer.row.warnings) == ("look", ["First in the queue again: Bob Roe"])
    assert answer.urls == []


def test_an_overridden_hold_says_what_becomes_of_the_other_copy(desk: Client, supervisor: User) -> None:
    """Ann borrows the copy that waits for Bob, and leaves to him the one that waited for her."""
    ann, bob = register("Ann Lee"), register("Bob Roe")
    copies = [lend("Dune", isbn=DUNE) for _ in range(2)]
    reserve(copies[0], bob)
    reserve(copies[0], ann)
    give_back(copies[0])
    give_back(copies[1])
    of_bob, of_ann = (Book.objects.get(reservation__user=person) for person in (bob, ann))

    answer = press(desk, scan(desk, of_bob.barcode, ann), OVERRIDE, ann, why="An exam.")

    assert answer.row.state == "look"
    (said,) = answer.row.warnings
    assert said.startswith(f"“Dune”, {of_ann.barcode}: Hold shelf: for Bob Roe, until ")
    assert Reservation.objects.get(status="OPEN").waiting_book.pk == of_ann.pk
