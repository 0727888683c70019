"""The same refusals as pages: 422, in words beside the field that they are about, and the focus on it."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from catalog.models import Author
from library_site.cqrs import DomainError, NotFound
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import all_operations
from tests.library import add_book, register
from tests.test_refusals import GOOD, HISTORIES, Arguments, operation

pytestmark = pytest.mark.django_db

COMMANDS = [(name, kind) for name, kind in HISTORIES if not operation(name).is_query]
QUERIES = [(name, kind) for name, kind in HISTORIES if operation(name).is_query]


def names(cases: list[tuple[str, type[DomainError]]]) -> list[str]:
    return [f"{name}-{kind.code}" for name, kind in cases]


def as_form(name: str, arguments: Arguments) -> dict[str, Any]:
    """What a browser sends for these arguments."""
    renamed = {"author_id": "author", "author_name": "author_q"} if name == "AddNewBook" else {}
    return {renamed.get(field, field): value for field, value in arguments.items() if value is not None}


def send(desk: Client, name: str, arguments: Arguments) -> Any:
    page = reverse(operation(name).slug)
    if operation(name).is_query:
        return desk.get(page, as_form(name, arguments))
    return desk.post(page, as_form(name, arguments) | {"page_key": str(uuid4())})


@pytest.mark.parametrize(("name", "kind"), COMMANDS, ids=names(COMMANDS))
def test_a_refused_command_says_why_beside_its_field_with_the_focus_on_it(
    desk: Client, name: str, kind: type[DomainError]
) -> None:
    history, words = HISTORIES[name, kind]
    arguments = history()
    done = JournalEntry.objects.filter(outcome="CARRIED_OUT").count()

    response = send(desk, name, arguments)

    page = response.content.decode()
    assert response.status_code == 422
    # An id that is none of ours can't be chosen: the form says so before the library is asked.
    assert escape("Nothing matches" if kind is NotFound else words) in page
    (focused,) = re.findall(r"<(?:input|select)[^>]*\sautofocus[^>]*>", page)
    assert 'aria-invalid="true"' in focused
    described = re.search(r'aria-describedby="([^"]+)"', focused)
    assert described
    assert all(f'id="{each}"' in page for each in described[1].split())
    assert JournalEntry.objects.filter(outcome="CARRIED_OUT").count() == done


@pytest.mark.parametrize(("name", "kind"), QUERIES, ids=names(QUERIES))
def test_a_refused_query_says_why(desk: Client, name: str, kind: type[DomainError]) -> None:
    history, words = HISTORIES[name, kind]
    response = send(desk, name, history() | _somebody(name))

    assert response.status_code == 422
    assert words in response.content.decode()


def _somebody(name: str) -> Arguments:
    """Whom a list is of: a page can only be asked for somebody who is there."""
    if name == "GetBorrowedBooksByUser":
        return {"user_id": register()}
    if name == "GetBooksByAuthor":
        add_book()
        return {"author_id": Author.objects.get().id}
    return {}


@pytest.mark.parametrize("name", [each.name for each in all_operations()])
def test_who_lacks_the_permission_gets_a_page_that_says_so(client: Client, name: str) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    response = send(client, name, GOOD[name]())
    assert response.status_code == 403
    assert "You may not do this with this account." in response.content.decode()
