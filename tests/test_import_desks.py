"""An import at several desks: in two windows at once, killed and taken again, and who may see and do what."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests
from django.contrib.auth.models import Group, Permission, User
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.models import ImportedRow
from circulation.tests.imports import begin, finish
from library_site.cqrs.permissions import LIBRARIANS
from tests.library import new_token
from tests.test_races import at_once

PEOPLE = ("Card,Name", "S-01,Ann Lee")

Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(live_server: Any) -> Ask:
    def ask(token: str, path: str, body: Any = None) -> requests.Response:
        headers, url = {"Authorization": f"Token {token}"}, f"{live_server.url}/api/import/{path}"
        if body is None:
            return requests.get(url, headers=headers, timeout=60)
        return requests.post(url, json=body, headers=headers, timeout=60)

    return ask


def token_of(*permissions: str) -> str:
    user = User.objects.create_user("clerk")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return new_token(user)


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_import_each_row_once(ask: Ask, token: str) -> None:
    import_id = begin("Title,Author", *(f"Book {number},Ann Lee" for number in range(250)))

    for position in (0, 100, 200):
        answers = at_once([partial(ask, token, f"{import_id}/continue", {"position": position})] * 3)
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1

    assert answers[0].json()["state"] == "DONE"
    assert Book.objects.count() == ImportedRow.objects.count() == 250


def asked(token: str, path: str, body: Any = None) -> Any:
    """In this process."""
    client = APIClient(headers={"Authorization": f"Token {token}"})
    return client.get(f"/api/import/{path}") if body is None else client.post(f"/api/import/{path}", body)


@pytest.mark.django_db
def test_who_may_not_do_it_by_hand_may_not_import_it() -> None:
    user = User.objects.create_user("librarian-alone")
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    token = new_token(user)
    books, people = begin("Title,Author", "Emma,"), begin(*PEOPLE, kind="PEOPLE")
    loans = begin("Card,Label,Borrowed", "S-01,B-01,2026-01-12", kind="LOANS")

    answers = [asked(token, f"{each}/continue", {"position": 0}) for each in (books, people, loans)]

    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert answers[2].json()["detail"] == "You may not do this: it takes the permission “Take over loan”."
    assert asked(token, f"{books}/undo", {}).status_code == 403


@pytest.mark.django_db
def test_who_may_not_see_people_sees_no_file_of_people() -> None:
    token = token_of("get_import", "get_import_report", "get_imports")
    books, people = (finish(begin(*each, kind=kind)) for each, kind in FILES)

    for path in ("progress", "report"):
        assert asked(token, f"{books.import_id}/{path}").status_code == 200
        assert asked(token, f"{people.import_id}/{path}").status_code == 403


FILES = ((("Title,Author", "Emma,"), "BOOKS"), (PEOPLE, "PEOPLE"))
