"""Many commands as parts of another: one that is refused costs itself alone."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from catalog.commands import AddNewBook
from catalog.domain.barcodes import BarcodeTaken
from catalog.models import Book
from circulation.commands import VerifyUser
from library_site.cqrs import Actor, Context, NotAllowed, NotFound, Overtaken, carry_out_all, uuid7
from library_site.cqrs.models import JournalEntry
from tests.library import context, register

pytestmark = pytest.mark.django_db

LABELS = {"Emma": "B-01", "Dune": "B-01", "Sanditon": ""}
BOOKS = [AddNewBook(title=title, barcode=barcode) for title, barcode in LABELS.items()]


def carry_out(commands: list[Any], by: Context | None = None) -> list[str]:
    """What became of each, in a word."""
    with transaction.atomic():
        return [type(each).__name__ for each in carry_out_all(commands, by or context(whole=uuid7()))]


@pytest.mark.parametrize("meets_another_change", [False, True])
def test_what_is_refused_leaves_nothing_and_the_others_have_their_entries(
    meets_another_change: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if meets_another_change:
        monkeypatch.setattr("catalog.domain.many_arrivals.ManyArrivals.end", _fail)
    whole = JournalEntry.objects.create(operation="ContinueImport", arguments={}, at=context().now).pk

    assert carry_out(BOOKS, context(whole=whole)) == ["BookAdded", BarcodeTaken.__name__, "BookAdded"]

    assert {*Book.objects.values_list("title", flat=True)} == {"Emma", "Sanditon"}
    assert [*JournalEntry.objects.filter(whole=whole).values_list("operation", "code")] == [("AddNewBook", "")] * 2


def _fail(self: Any) -> None:
    raise IntegrityError


def test_commands_that_do_not_look_ahead_are_carried_out_one_by_one() -> None:
    answers = carry_out([VerifyUser(user_id=register()), VerifyUser(user_id=uuid7())], context())

    assert answers == ["UserVerified", NotFound.__name__]


def test_one_that_the_database_undoes_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("circulation.commands.verify_user.save_status", lambda *_: _fail(None))

    assert carry_out([VerifyUser(user_id=register())], context()) == [Overtaken.__name__]


def test_each_takes_its_own_permission() -> None:
    nobody = Context(actor=Actor.of_user(User.objects.create_user("nobody")), source="rest")

    assert carry_out(BOOKS, nobody) == [NotAllowed.__name__] * 3
    assert not Book.objects.exists()
