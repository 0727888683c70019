"""The one door: what dispatch() does around every handler, whichever it is."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, OperationalError, transaction

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded
from catalog.models import Author, Book
from circulation.commands import BorrowBook, RegisterUser
from circulation.models import LibraryUser
from library_site.cqrs import (
    Actor,
    Conflict,
    Context,
    IdempotencyKeyReused,
    NotAllowed,
    NotFound,
    Overtaken,
    dispatch,
    dispatcher,
    journal,
    keys,
)
from library_site.cqrs.models import JournalEntry
from tests.library import Handler, add_book, context, register

pytestmark = pytest.mark.django_db

EMMA = AddNewBook(title="Emma", author_name="Jane Austen")


@pytest.fixture
def clerk(db: None) -> User:
    """Somebody on the staff without any permission."""
    return User.objects.create_user("clerk", is_staff=True)


def as_user(user: User, **values: Any) -> Context:
    fresh = User.objects.get(pk=user.pk)  # permissions are cached on the instance
    return Context(actor=Actor.of_user(fresh), source="rest", **values)


def outcomes() -> list[tuple[str, str, str]]:
    """What the journal says, oldest first: operation, outcome, code."""
    return list(JournalEntry.objects.order_by("id").values_list("operation", "outcome", "code"))


# Who may


def test_the_permission_of_the_operation_is_enough(clerk: User) -> None:
    clerk.user_permissions.add(Permission.objects.get(codename="add_new_book"))

    assert dispatch(EMMA, as_user(clerk)).author_added
    with pytest.raises(NotAllowed):
        dispatch(RegisterUser(name="Ann", email="ann@example.org"), as_user(clerk))


def test_the_permission_comes_before_a_replay(clerk: User) -> None:
    permission = Permission.objects.get(codename="add_new_book")
    clerk.user_permissions.add(permission)
    dispatch(EMMA, as_user(clerk, idempotency_key="key"))
    clerk.user_permissions.remove(permission)

    with pytest.raises(NotAllowed):
        dispatch(EMMA, as_user(clerk, idempotency_key="key"))


def test_nobody_is_no_actor() -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(TypeError, match="signed-in"):
        Actor.of_user(AnonymousUser())


# One transaction


@pytest.mark.parametrize(
    ("error", "journalled"),
    [(Conflict("No."), [("AddNewBook", "REFUSED", "conflict")]), (ZeroDivisionError("No."), [])],
)
def test_an_error_rolls_back_what_the_handler_had_done_and_only_a_refusal_is_journalled(
    handle: Callable[[Handler], None], error: Exception, journalled: list[Any]
) -> None:
    def adds_then_fails(command: AddNewBook, context: Context) -> None:
        Author.objects.create(name="Somebody")
        raise error

    handle(adds_then_fails)

    with pytest.raises(type(error), match=r"No\."):
        dispatch(EMMA, context(idempotency_key="key"))

    assert not Author.objects.exists()
    assert outcomes() == journalled


def test_an_effect_that_cannot_be_journalled_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(journal, "record_effect", full)

    with pytest.raises(OSError, match="disk full"):
        dispatch(EMMA, context())

    assert not Book.objects.exists()


def other_changes(times: int, error: Callable[[], Exception], begun: list[int]) -> Handler:
    """A handler in whose way another change comes so many times; `begun` says how often it began."""

    def handler(command: AddNewBook, context: Context) -> BookAdded:
        Author.objects.create(name=f"Somebody {len(begun)}")
        begun.append(len(begun))
        if len(begun) <= times:
            raise error()
        return BookAdded(book_id=uuid4(), author_id=uuid4(), author_added=True)

    return handler


@pytest.mark.parametrize("error", [Overtaken, IntegrityError])
def test_a_command_that_is_overtaken_begins_anew_up_to_five_times(
    handle: Callable[[Handler], None], caplog: pytest.LogCaptureFixture, error: Callable[[], Exception]
) -> None:
    """Only its end is journalled, and once; nothing of the attempts is left."""
    for times, end in ((0, "CARRIED_OUT"), (1, "CARRIED_OUT"), (4, "CARRIED_OUT"), (5, "REFUSED"), (9, "REFUSED")):
        begun: list[int] = []
        handle(other_changes(times, error, begun))
        before = outcomes()

        with nullcontext() if end == "CARRIED_OUT" else pytest.raises(Conflict, match="Nothing was done; please try"):
            dispatch(EMMA, context(idempotency_key=f"key {times}"))

        assert outcomes() == [*before, ("AddNewBook", end, "" if end == "CARRIED_OUT" else "conflict")], times
        assert len(begun) == min(times + 1, 5)
        assert Author.objects.count() == (end == "CARRIED_OUT")
        Author.objects.all().delete()
    assert ("met another change" in caplog.text) == (error is IntegrityError)


def test_a_command_that_is_overtaken_by_its_equal_gets_that_ones_answer_and_begins_no_more(
    handle: Callable[[Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    won = dispatch(EMMA, context(idempotency_key="key"))
    begun: list[int] = []
    handle(other_changes(9, Overtaken, begun))
    in_flight(monkeypatch)

    assert dispatch(EMMA, context(idempotency_key="key")) == won

    assert len(begun) == 1
    assert outcomes() == [("AddNewBook", "CARRIED_OUT", "")]


def test_a_command_that_begins_anew_refuses_what_it_sees_then(handle: Callable[[Handler], None]) -> None:
    def is_overtaken_and_then_refuses(command: AddNewBook, context: Context) -> None:
        begun.append(len(begun))
        raise Overtaken if len(begun) == 1 else NotFound("It is gone.")

    begun: list[int] = []
    handle(is_overtaken_and_then_refuses)

    with pytest.raises(NotFound, match="It is gone"):
        dispatch(EMMA, context())

    assert len(begun) == 2
    assert outcomes() == [("AddNewBook", "REFUSED", "not_found")]


@pytest.mark.django_db(transaction=True)
def test_a_command_cannot_be_part_of_a_larger_transaction() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        dispatch(EMMA, context())

    assert not Book.objects.exists()


# Idempotency keys


def test_a_command_with_personal_data_replays_and_another_persons_is_refused() -> None:
    ann = RegisterUser(name="Ann Lee", email="ann@example.org")
    first = dispatch(ann, context(idempotency_key="key"))

    assert dispatch(ann, context(idempotency_key="key")) == first
    with pytest.raises(IdempotencyKeyReused):
        dispatch(replace(ann, email="bob@example.org"), context(idempotency_key="key"))
    assert LibraryUser.objects.count() == 1


def in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the first look for a key finds nothing, as when an equal request is still in flight."""
    looks: list[None] = [None]
    replay = keys.replay
    monkeypatch.setattr(keys, "replay", lambda *args: looks.pop() if looks else replay(*args))


def test_a_command_refused_because_its_equal_has_just_won_gets_the_winners_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = BorrowBook(book_id=add_book(), user_id=register())
    replays: list[bool] = []
    won = dispatch(command, context(idempotency_key="key"))
    in_flight(monkeypatch)

    answer = dispatch(command, context(idempotency_key="key", on_replay=lambda: replays.append(True)))

    assert answer == won
    assert replays == [True]
    assert ("BorrowBook", "REFUSED", "book_not_available") not in outcomes()


def test_a_command_whose_key_an_equal_one_has_just_taken_is_undone_and_gets_that_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    won = dispatch(EMMA, context(idempotency_key="key"))
    in_flight(monkeypatch)

    assert dispatch(EMMA, context(idempotency_key="key")) == won
    assert Book.objects.count() == 1
    assert "met another change" not in caplog.text


def test_a_command_whose_key_another_one_has_just_taken_is_undone_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatch(EMMA, context(idempotency_key="key"))
    in_flight(monkeypatch)

    with pytest.raises(IdempotencyKeyReused):
        dispatch(replace(EMMA, title="Persuasion"), context(idempotency_key="key"))

    assert [book.title for book in Book.objects.all()] == ["Emma"]
    assert outcomes()[-1] == ("AddNewBook", "REFUSED", "idempotency_key_reused")


def test_a_key_replays_though_the_secret_key_has_changed(settings: Any) -> None:
    command = AddNewBook(title="Emma", author_name="Jane Austen")
    first = dispatch(command, context(idempotency_key="k"))
    settings.SECRET_KEY = "another" * 10
    assert dispatch(command, context(idempotency_key="k")) == first


class DriverError(Exception):
    """An error of the driver's, with PostgreSQL's code for it, and the constraint that it met."""

    def __init__(self, text: str, sqlstate: str | None, constraint: str | None) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate
        self.diag = sqlstate and SimpleNamespace(sqlstate=sqlstate, constraint_name=constraint)


@pytest.mark.parametrize(
    ("sqlstate", "constraint", "text", "logged"),
    [
        ("40P01", None, "deadlock detected", "40P01"),
        ("40001", None, "could not serialize access", "40001"),
        ("40P01", "one_policy", "deadlock detected", "one_policy"),
        ("55P03", None, "canceling statement due to lock timeout", ""),
        (None, None, "database is locked", ""),
        ("08006", None, "the connection is lost", ""),
        (None, None, "no such column: x", ""),
    ],
)
def test_only_what_another_change_has_undone_is_a_conflict_and_logged_by_the_name_of_the_rule(
    handle: Callable[[Handler], None],
    caplog: pytest.LogCaptureFixture,
    sqlstate: str | None,
    constraint: str | None,
    text: str,
    logged: str,
) -> None:
    def fail(command: Any, context: Context) -> Any:
        raise OperationalError(text) from DriverError(text, sqlstate, constraint)

    handle(fail)
    with pytest.raises(Conflict if logged else OperationalError):
        dispatch(EMMA, context())
    assert JournalEntry.objects.filter(outcome="REFUSED").exists() == bool(logged)
    warnings = [record.getMessage() for record in caplog.records if record.name == dispatcher.__name__]
    assert warnings == ([f"AddNewBook met another change: {logged}"] if logged else [])
