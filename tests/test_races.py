"""What many desks do at the same moment, over real HTTP and with real tokens: one wins, and nobody sees a 5xx."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import requests
from django.contrib.auth.models import Group, User

from catalog.models import Author, Book
from circulation.models import LibraryUser, PastLoan
from circulation.policies import POLICY
from library_site.cqrs.models import IdempotencyKey, JournalEntry
from library_site.cqrs.permissions import LIBRARIANS
from tests.library import add_book, borrow, give_back, new_token, register, report_missing

pytestmark = pytest.mark.django_db(transaction=True)

Post = Callable[..., requests.Response]

ROUNDS = 3


@pytest.fixture
def post(live_server: Any, token: str) -> Post:
    """Posts JSON to a task, as the librarian unless another `token` is given."""

    def post(path: str, body: Any = None, *, key: str | None = None, token: str = token) -> requests.Response:
        headers = {"Authorization": f"Token {token}"} | ({"Idempotency-Key": key} if key else {})
        return requests.post(f"{live_server.url}/api/{path}", json=body or {}, headers=headers, timeout=60)

    return post


def at_once(calls: Iterable[Callable[[], requests.Response]]) -> list[requests.Response]:
    """The answers to `calls`, all made at the same moment, each from a thread of its own."""
    waiting = list(calls)
    start = Barrier(len(waiting))

    def run(call: Callable[[], requests.Response]) -> requests.Response:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(waiting)) as desks:
        return list(desks.map(run, waiting))


def statuses(answers: Iterable[requests.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def codes(answers: Iterable[requests.Response]) -> set[str]:
    return {answer.json()["code"] for answer in answers if answer.status_code >= 400}


def another_librarian() -> str:
    user = User.objects.create_user("second-librarian", is_staff=True)
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    return new_token(user)


def test_of_fifty_who_borrow_one_book_at_once_exactly_one_gets_it(post: Post) -> None:
    book_id = add_book()
    people = [register() for _ in range(50)]

    answers = at_once([partial(post, f"book/{book_id}/borrow", {"user_id": str(who)}) for who in people])

    assert statuses(answers) == {200: 1, 409: 49}
    assert codes(answers) == {"book_not_available"}
    winner = next(answer.json()["user_id"] for answer in answers if answer.ok)
    assert Book.objects.get(pk=book_id).borrower_id == UUID(winner)
    assert JournalEntry.objects.filter(operation="BorrowBook", outcome="CARRIED_OUT").count() == 1
    assert JournalEntry.objects.filter(operation="BorrowBook", code="book_not_available").count() == 49


def test_the_limit_holds_at_two_desks_at_once(post: Post) -> None:
    for _ in range(ROUNDS):
        user_id = register()
        for _ in range(POLICY.limit_not_verified - 1):
            borrow(add_book(), user_id)
        books = [add_book(), add_book()]

        answers = at_once([partial(post, f"book/{each}/borrow", {"user_id": str(user_id)}) for each in books])

        assert statuses(answers) == {200: 1, 409: 1}
        assert codes(answers) == {"loan_limit_reached"}
        assert Book.objects.filter(borrower=user_id).count() == POLICY.limit_not_verified


def test_a_book_added_by_twenty_equal_requests_is_added_once(post: Post) -> None:
    for round_ in range(ROUNDS):
        body = {"title": f"Emma {round_}", "author": {"name": "Jane Austen"}}

        answers = at_once([partial(post, "book/new", body, key=f"emma-{round_}")] * 20)

        assert statuses(answers) == {201: 20}
        assert len({answer.text for answer in answers}) == 1
        assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 19
        assert Book.objects.filter(title=f"Emma {round_}").count() == 1


def test_a_book_lent_by_twenty_equal_requests_is_lent_once_and_none_is_refused(post: Post) -> None:
    for round_ in range(ROUNDS):
        book_id, user_id = add_book(), register()

        answers = at_once([partial(post, f"book/{book_id}/borrow", {"user_id": str(user_id)}, key=f"{round_}")] * 20)

        assert statuses(answers) == {200: 20}
        assert len({answer.text for answer in answers}) == 1
        assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 19
        assert IdempotencyKey.objects.get(key=f"{round_}").entry.outcome == "CARRIED_OUT"
        give_back(book_id)


def test_the_same_key_of_two_librarians_at_once_is_two_keys(post: Post, token: str) -> None:
    body = {"title": "Emma", "author": {"name": "Jane Austen"}}

    answers = at_once([partial(post, "book/new", body, key="k", token=each) for each in (token, another_librarian())])

    assert statuses(answers) == {201: 2}
    assert Book.objects.count() == 2


def test_two_clerks_who_add_the_same_new_author_at_once_get_one_author(post: Post, token: str) -> None:
    second = another_librarian()
    for round_ in range(ROUNDS):
        spellings = (f"Ursula  Le Guin {round_}", token), (f"URSULA LE GUIN {round_}", second)

        answers = at_once(
            [partial(post, "book/new", {"title": "Book", "author": {"name": s}}, token=t) for s, t in spellings]
        )

        assert statuses(answers) == {201: 2}
        assert len({answer.json()["author_id"] for answer in answers}) == 1
        assert sorted(answer.json()["author_added"] for answer in answers) == [False, True]
        assert Author.objects.filter(name__iendswith=f"Le Guin {round_}").count() == 1


def test_a_book_of_nobody_that_ten_add_at_once_only_if_it_is_new_is_one_book(post: Post) -> None:
    for title in ("Atlas", "Minutes", "Map"):
        answers = at_once([partial(post, "book/new", {"title": title, "only_if_new": True})] * 10)

        assert statuses(answers) == {201: 1, 409: 9}
        assert codes(answers) == {"book_already_in_catalogue"}
    assert Book.objects.count() == 3


def test_one_person_registered_by_ten_at_once_is_one_person(post: Post) -> None:
    answers = at_once([partial(post, "user/register", {"name": "Ann Lee", "email": "ann@example.org"})] * 10)

    assert statuses(answers) == {201: 1, 409: 9}
    assert codes(answers) == {"maybe_registered"}
    assert LibraryUser.objects.count() == 1


def test_a_book_returned_and_reported_missing_at_once_is_one_after_the_other(post: Post) -> None:
    for _ in range(ROUNDS):
        book_id, user_id = add_book(), register()
        borrow(book_id, user_id)

        returned, missing = at_once([partial(post, f"book/{book_id}/return"), partial(post, f"book/{book_id}/missing")])

        assert statuses([returned, missing]) == {200: 2}
        user = LibraryUser.objects.get(pk=user_id)
        loans = list(PastLoan.objects.filter(book=book_id))
        assert len(loans) == 1, "a loan ends once"
        assert user.status == "NOT_VERIFIED"
        if returned.json()["was_missing"]:
            assert (loans[0].ending, loans[0].resolved_at is not None) == ("MISSING", True)
            assert missing.json()["user_id"] == returned.json()["reinstated_user_id"] == str(user_id)
            assert Book.objects.get(pk=book_id).status == "AVAILABLE"
        else:
            assert (loans[0].ending, missing.json()["user_id"]) == ("RETURNED", None)
            assert Book.objects.get(pk=book_id).status == "MISSING"


def test_a_book_returned_by_a_scanner_that_fires_ten_times_ends_one_loan(post: Post) -> None:
    book_id, user_id = add_book(), register()
    borrow(book_id, user_id)

    answers = at_once([partial(post, f"book/{book_id}/return")] * 10)

    assert statuses(answers) == {200: 10}
    assert Counter(answer.json()["user_id"] for answer in answers) == {str(user_id): 1, None: 9}
    assert PastLoan.objects.filter(book=book_id).count() == 1


def test_rule_23_a_return_undone_at_two_desks_while_the_book_is_lent_again_is_one_of_them(post: Post) -> None:
    for _ in range(ROUNDS):
        book_id, ann, ben = add_book(), register("Ann Lee"), register("Ben Day")
        borrow(book_id, ann)
        give_back(book_id)

        undo = partial(post, f"book/{book_id}/undo-return")
        answers = at_once([undo, undo, partial(post, f"book/{book_id}/borrow", {"user_id": str(ben)})])

        assert statuses(answers) == {200: 1, 409: 2}
        assert codes(answers) <= {"nothing_to_undo", "book_not_available"}
        winner = next(answer.json()["user_id"] for answer in answers if answer.ok)
        assert Book.objects.get(pk=book_id).borrower_id == UUID(winner)
        assert PastLoan.objects.filter(book=book_id).exists() == (winner == str(ben))


def test_two_lost_books_found_at_once_let_their_borrower_borrow_again(post: Post) -> None:
    for _ in range(ROUNDS):
        user_id, books = register(), [add_book(), add_book()]
        for book_id in books:
            borrow(book_id, user_id)
        for book_id in books:
            report_missing(book_id)

        answers = at_once([partial(post, f"book/{each}/found") for each in books])

        assert statuses(answers) == {200: 2}
        assert Counter(answer.json()["reinstated_user_id"] for answer in answers) == {str(user_id): 1, None: 1}
        user = LibraryUser.objects.get(pk=user_id)
        assert (user.status, user.status_comment) == ("NOT_VERIFIED", "")
