from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    """What create_api_token prints."""
    out = StringIO()
    call_command("create_api_token", *arguments, stdout=out)
    return out.getvalue()


def status_with(token: str) -> int:
    """What REST answers to whoever shows the token."""
    return APIClient().get("/api/book/missing", headers={"authorization": f"Token {token}"}).status_code


def test_it_prints_a_token_alone_on_its_line_that_rest_accepts(librarian: User):
    printed = create("librarian")
    assert printed == f"{printed.strip()}\n"
    assert " " not in printed
    assert status_with(printed.strip()) == 200
    assert status_with(printed.strip()[:-1]) == 401
    assert AuthToken.objects.get().user == librarian


@pytest.mark.parametrize(("arguments", "days"), [([], 365), (["--days", "30"], 30), (["--days=1"], 1)])
def test_the_token_is_valid_for_so_many_days(librarian, monkeypatch, arguments, days):
    token = create("librarian", *arguments).strip()
    made = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: made + timedelta(days=days, minutes=-1))
    assert status_with(token) == 200
    monkeypatch.setattr("django.utils.timezone.now", lambda: made + timedelta(days=days, minutes=1))
    assert status_with(token) == 401


def test_nobody_gets_no_token():
    with pytest.raises(CommandError, match=r"^There is no staff account “nobody”\.$"):
        create("nobody")
    assert not AuthToken.objects.exists()


def test_nor_does_an_account_that_is_not_active(librarian):
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="not active"):
        create("librarian")
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "many", "36501", "9" * 30])
def test_days_that_make_no_sense_are_refused(librarian, days):
    with pytest.raises(CommandError, match="is not a number of days from 1 to 36500"):
        create("librarian", f"--days={days}")
    assert not AuthToken.objects.exists()
