"""Overriding a refusal: rule by rule, by whoever has the rule's permission, for a reason that the journal keeps."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import BorrowBook
from library_site.cqrs import Actor, Conflict, Context, InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import all_operations
from tests.library import add_book, context, lend, register, set_policy, suspend
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db

SUSPENDED, LIMIT = "user_suspended", "loan_limit_reached"
REASON = "The director knows."


@pytest.fixture
def loan() -> BorrowBook:
    """A loan against two rules: to somebody who is suspended, and who has as many books as may be."""
    user_id = register("Ann Lee")
    suspend(user_id)
    set_policy(limit_not_verified=0)
    return BorrowBook(book_id=add_book("Emma"), user_id=user_id)


def overriding(loan: BorrowBook, *codes: str, reason: str = REASON) -> BorrowBook:
    return replace(loan, override=codes, override_reason=reason)


def by(user: User) -> Context:
    return Context(actor=Actor.of_user(user), source="rest")


def clerk(*codes: str) -> User:
    """Somebody who may lend, and override the refusals with these codes."""
    user = User.objects.create_user("clerk")
    wanted = ["borrow_book", *(f"override_{code}" for code in codes)]
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    assert user.user_permissions.count() == len(wanted)
    return user


def refusal(command: Any, user: User) -> Conflict:
    """What stands in the way; nothing is lent."""
    with pytest.raises(Conflict) as caught:
        dispatch(command, by(user))
    assert not Book.objects.filter(status="BORROWED").exists()
    return caught.value


def problems_of(refusal: Conflict) -> dict[str, bool]:
    """The codes of what stands in the way, and of each whether it says that it may not be overridden."""
    return {each.code: "You may not override this." in each.message for each in refusal.problems}


def test_the_permission_is_that_of_the_rule(loan: BorrowBook) -> None:
    assert problems_of(refusal(overriding(loan, LIMIT, SUSPENDED), clerk(LIMIT))) == {SUSPENDED: True}


@pytest.mark.parametrize("is_in_the_way", [True, False])
def test_an_override_takes_a_reason_also_of_what_is_not_in_the_way(supervisor: User, is_in_the_way: bool) -> None:
    command = BorrowBook(book_id=add_book(), user_id=register(), override=(SUSPENDED,))
    if is_in_the_way:
        suspend(command.user_id)

    with pytest.raises(InvalidInput) as caught:
        dispatch(command, by(supervisor))

    assert [(each.field, each.code) for each in caught.value.errors] == [("override_reason", "required")]
    dispatch(replace(command, override_reason=REASON), by(supervisor))
    assert Book.objects.get(pk=command.book_id).borrower_id == command.user_id


@pytest.mark.parametrize("code", [SUSPENDED, "book_not_available"])
def test_what_is_not_in_the_way_is_overridden_by_nobody_who_could_not_if_it_were(code: str) -> None:
    command = BorrowBook(book_id=add_book(), user_id=register(), override=(LIMIT, code), override_reason=REASON)

    with pytest.raises(InvalidInput) as caught:
        dispatch(command, by(clerk(LIMIT)))

    assert [each.field for each in caught.value.errors] == ["override"]
    assert code in caught.value.message
    assert JournalEntry.objects.get(operation="BorrowBook").outcome == "REFUSED"
    assert Book.objects.get(pk=command.book_id).status == "AVAILABLE"


def test_what_is_in_the_way_is_said_first(loan: BorrowBook) -> None:
    assert problems_of(refusal(overriding(loan, LIMIT, "overdue_limit_reached"), clerk(LIMIT))) == {SUSPENDED: False}


def test_what_is_not_among_the_overridable_nobody_overrides() -> None:
    command = BorrowBook(
        book_id=lend(), user_id=register(), override=("book_not_available", SUSPENDED), override_reason=REASON
    )

    with pytest.raises(Conflict) as caught:
        dispatch(command, context())

    assert problems_of(caught.value) == {"book_not_available": True}


def test_only_a_declared_conflict_is_overridable() -> None:
    for operation in all_operations():
        assert set(operation.overridable) <= set(operation.refusals), operation.name
        assert all(issubclass(refusal, Conflict) for refusal in operation.overridable), operation.name


@pytest.mark.parametrize(
    ("override", "field"), [(["everything"], "override.0"), ("user_suspended", "override"), ([["x"]], "override.0")]
)
def test_a_code_that_there_is_not_is_bad_input(api: APIClient, override: Any, field: str) -> None:
    body = {"user_id": str(register()), "override": override, "override_reason": REASON}

    problem = assert_problem(api.post(f"/api/book/{add_book()}/borrow", body), 400, "invalid")

    assert {name for name, _ in fields_of(problem)} == {field}
