"""The same refusals as pages: 422, in words beside the field that they are about, and the focus on it."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from catalog.models import Book
from library_site.cqrs import DomainError, NotFound
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import all_operations
from tests.library import add_book, register
from tests.refusals import GOOD, HISTORIES, Arguments
from tests.test_refusals import operation

pytestmark = pytest.mark.django_db

COMMANDS = [(name, kind) for name, kind in HISTORIES if not operation(name).is_query]
HELPED = [(name, kind) for (name, kind), case in HISTORIES.items() if case.remedy]
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
@pytest.mark.usefixtures("supervisor")
def test_a_refused_command_says_why_beside_its_field_with_the_focus_on_it(
    desk: Client, name: str, kind: type[DomainError]
) -> None:
    history, words, _ = HISTORIES[name, kind]
    arguments = history()
    done = JournalEntry.objects.filter(outcome="CARRIED_OUT").count()

    response = send(desk, name, arguments)

    page = response.content.decode()
    assert response.status_code == 422
    # An id that is none of ours can't be chosen: the form says so before the library is asked. (Reservations may have
    # ended since they were listed.)
    unchosen = kind is NotFound and "reservation_id" not in arguments
    assert escape("Nothing matches" if unchosen else words) in page
    (focused,) = re.findall(r"<(?:input|select)[^>]*\sautofocus[^>]*>", page)
    assert 'aria-invalid="true"' in focused
    described = re.search(r'aria-describedby="([^"]+)"', focused)
    assert described
    assert all(f'id="{each}"' in page for each in described[1].split())
    assert JournalEntry.objects.filter(outcome="CARRIED_OUT").count() == done


@pytest.mark.parametrize(("name", "kind"), HELPED, ids=names(HELPED))
@pytest.mark.usefixtures("supervisor")
def test_beside_a_refusal_is_the_way_to_its_remedy(desk: Client, name: str, kind: type[DomainError]) -> None:
    """A box to tick, where the refusal may be overridden; else a link to the page of what helps, filled in."""
    history, _, remedy = HISTORIES[name, kind]
    arguments = history()

    page = send(desk, name, arguments).content.decode()

    if remedy == name:
        assert re.search(f'<input[^>]*type="checkbox"[^>]*name="override"[^>]*value="{kind.code}"', page)
    else:
        (link,) = re.findall(r'<p class="remedies"><a href="([^"]*)">', page)
        assert link.startswith(reverse(operation(str(remedy)).slug))
        assert str(arguments.get("book_id") or arguments["user_id"]) in link
        assert desk.get(unescape(link)).status_code == 200


@pytest.mark.parametrize(("name", "kind"), QUERIES, ids=names(QUERIES))
def test_a_refused_query_says_why(desk: Client, name: str, kind: type[DomainError]) -> None:
    history, words, _ = HISTORIES[name, kind]
    response = send(desk, name, _of_what_is_there(history()))

    assert response.status_code == 422
    assert words in response.content.decode()


def _of_what_is_there(arguments: Arguments) -> Arguments:
    """The same arguments, of a person, a book or an author who is there: a page can't be asked for any other."""
    book_id = add_book()
    there = {"user_id": register(), "book_id": book_id, "author_id": Book.objects.get(pk=book_id).author_id}
    return {name: there.get(name, value) for name, value in arguments.items()}


@pytest.mark.parametrize("name", [each.name for each in all_operations()])
def test_who_lacks_the_permission_gets_a_page_that_says_so(client: Client, name: str) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    response = send(client, name, GOOD[name]())
    assert response.status_code == 403
    assert "You may not do this with this account." in response.content.decode()
