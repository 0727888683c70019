"""Idempotency keys are forgotten after a while."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.commands import AddNewBook
from catalog.models import Book
from library_site.cqrs import dispatch
from library_site.cqrs.apps import check_idempotency_key_days
from library_site.cqrs.models import IdempotencyKey, JournalEntry
from tests.library import context

EMMA = AddNewBook(title="Emma", author_name="Jane Austen")


@pytest.mark.django_db
def test_keys_of_a_month_ago_are_forgotten_and_the_journal_stays(capsys: pytest.CaptureFixture[str]) -> None:
    for key, days in (("old", 31), ("new", 29)):
        dispatch(EMMA, context(idempotency_key=key))
        IdempotencyKey.objects.filter(key=key).update(at=timezone.now() - timedelta(days=days))

    call_command("clear_idempotency_keys")

    assert capsys.readouterr().out == "Keys older than 30 days: 1 forgotten.\n"
    for key in ("old", "new"):
        dispatch(EMMA, context(idempotency_key=key))
    assert (Book.objects.count(), JournalEntry.objects.count()) == (3, 3)


def test_no_key_is_forgotten_before_its_message(settings: Any) -> None:
    assert check_idempotency_key_days() == []
    settings.IDEMPOTENCY_KEY_DAYS = 13
    (error,) = check_idempotency_key_days()
    assert "14 days" in str(error.hint)
