"""What a program gets that brings a token: found out on each request, by one statement, and without what pages need."""

import json
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from knox.models import AuthToken

from circulation.tests.commands.test_borrow_book import DECLARED as BORROWING
from library_site.accounts.watch import unwatched
from library_site.cqrs.permissions import SUPERVISORS
from tests.library import add_book, new_token, register, suspend
from tests.measures import parts

pytestmark = pytest.mark.django_db

MISSING = "/api/book/missing"


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def superuser(*, becomes: bool) -> Callable[[object], int]:
    return lambda _: User.objects.update(is_superuser=becomes)


HELD: dict[str, Callable[[User], Any]] = {
    "by itself": lambda user: user.user_permissions,
    "by its group": lambda user: group(SUPERVISORS).permissions,
    "as a superuser": lambda user: SimpleNamespace(add=superuser(becomes=True), remove=superuser(becomes=False)),
}
"""Where the permission may be that an account holds."""


@pytest.mark.parametrize("name", HELD)
def test_a_permission_counts_from_the_next_request_on_and_no_longer(client: Client, librarian: User, name: str) -> None:
    user, asked = User.objects.create_user("reader"), Permission.objects.get(codename="get_missing_books")
    held, statuses, headers = HELD[name](user), [], bearing(new_token(user))
    librarian.user_permissions.add(asked)

    for change in (lambda _: user.groups.add(group(SUPERVISORS)), held.add, held.remove):
        with unwatched():
            change(asked)
        statuses.append(client.get(MISSING, headers=headers).status_code)

    assert statuses == [403, 200, 403]


@pytest.mark.parametrize(
    "end",
    [
        lambda: AuthToken.objects.all().delete(),
        lambda: AuthToken.objects.update(expiry=timezone.now()),
        lambda: AuthToken.objects.update(expiry=None),
        lambda: User.objects.update(is_active=False, is_superuser=True),
    ],
    ids=["revoked", "expired", "without an end", "of no account"],
)
def test_a_token_counts_until_it_is_ended(client: Client, token: str, end: Callable[[], object]) -> None:
    assert client.get(MISSING, headers=bearing(token)).status_code == 200

    end()

    assert client.get(MISSING, headers=bearing(token)).status_code == 401


@pytest.mark.parametrize(
    ("asked", "days", "is_made"), [(None, 365, True), (30, 30, True), (365, 365, True), (367, 0, False)]
)
def test_a_token_that_the_admin_makes_ends_within_a_year(
    admin_client: Client, asked: int | None, days: int, *, is_made: bool
) -> None:
    day, _, time = f"{timezone.now() + timedelta(days=asked or 0, minutes=-1):%Y-%m-%d %H:%M:%S}".partition(" ")
    form = {"user": User.objects.get().pk, "expiry_0": day if asked else "", "expiry_1": time if asked else ""}

    page = admin_client.post("/admin/knox/authtoken/add/", form)

    made = [token.expiry - timezone.now() for token in AuthToken.objects.all()]
    assert [round(each / timedelta(days=1)) for each in made] == [days] * is_made
    assert is_made or "A token is valid for 365 days at most." in page.text


def test_the_tokens_of_before_that_had_no_end_get_one(token: str) -> None:
    AuthToken.objects.update(expiry=None)

    import_module("library_site.accounts.migrations.0002_tokens_end").end(apps, SimpleNamespace(connection=connection))

    left = AuthToken.objects.get().expiry - timezone.now()
    assert timedelta(days=364) < left <= timedelta(days=365)


@pytest.mark.django_db(transaction=True)
def test_a_request_takes_one_statement_more_than_what_it_asks_for(client: Client, supervisor: User, token: str) -> None:
    """An override takes a second permission: which is asked for by one more."""
    body: dict[str, Any] = {"user_id": str(user_id := register())}

    def took(method: str, url: str) -> int:
        with CaptureQueriesContext(connection) as said:
            response = client.generic(
                method, url, json.dumps(body), content_type="application/json", headers=bearing(token)
            )
        assert response.status_code == 200
        return len(parts(said))

    borrowing = 1 + (BORROWING.statements or 0)
    assert took("GET", MISSING) == 2
    assert took("POST", f"/api/book/{add_book()}/borrow") == borrowing
    suspend(user_id)
    body |= {"override": ["user_suspended"], "override_reason": "Said so."}
    assert took("POST", f"/api/book/{add_book()}/borrow") == borrowing + 1


def test_a_token_needs_no_session_and_may_not_what_the_session_may(desk: Client) -> None:
    headers = bearing(new_token(User.objects.create_user("reader")))

    with CaptureQueriesContext(connection) as said:
        response = desk.get(MISSING, headers=headers)

    assert response.status_code == 403
    assert not response.cookies
    assert "Content-Security-Policy" not in response  # nor what else makes pages
    assert not any("django_session" in each["sql"] for each in said)


@pytest.mark.parametrize("url", [f"{MISSING}?", f"{MISSING}?format=api", "/api/docs", "/missing-books"])
def test_a_page_has_its_headers_though_a_token_was_brought(desk: Client, token: str, url: str) -> None:
    page = desk.get(url, headers=bearing(token) | ({"Accept": "text/html"} if url.endswith("?") else {}))

    assert page.headers.keys() >= {"Content-Security-Policy", "Permissions-Policy", "X-Frame-Options"}
    assert "librarian" in page.text or url == "/api/docs"


def test_a_refusal_is_in_the_language_of_its_request(client: Client, token: str) -> None:
    url = f"{MISSING}?page_size=0"
    for language, words in (("de", "größer oder gleich 1"), ("en", "greater than or equal to 1")):
        response = client.get(url, headers=bearing(token) | {"Accept-Language": language})
        assert words in response.json()["detail"]
