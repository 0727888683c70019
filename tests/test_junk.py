"""Junk, sent to pages and to the admin, is refused; it is never a server error: rule of every table and every page."""

from collections.abc import Iterable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from library_site.accounts.watch import unwatched
from tests.junk import Junk, Sent, known, known_names, tables
from tests.library import add_book, lend, register, report_missing, reserve

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def furnished(librarian: User) -> Client:
    """A superuser, whom every table is shown to, in a library that has something in each."""
    with unwatched():
        User.objects.filter(pk=librarian.pk).update(is_superuser=True)
        client = Client()
        client.force_login(librarian)
    report_missing(add_book())
    reserve(lend(), register())
    return client


def failures(client: Client, requests: Iterable[Sent]) -> list[str]:
    """The requests that were answered by a server error."""
    client.raise_request_exception = False
    cookies, found = {name: each.value for name, each in client.cookies.items()}, []
    for sent in requests:
        client.cookies.load(cookies)
        response = sent.by(client)
        if response.status_code >= 500:
            found.append(f"{response.status_code} {sent} {getattr(response, 'exc_info', None)}")
    return found


@pytest.mark.long
def test_what_was_a_server_error_of_some_table_is_none_of_any(furnished: Client) -> None:
    assert not failures(furnished, [sent for model in tables() for sent in known(model)])


def test_no_name_is_too_long_to_be_refused(client: Client) -> None:
    assert not failures(client, known_names())


def test_junk_is_refused_in_words(furnished: Client) -> None:
    response = furnished.get("/admin/knox/authtoken/?created__year=99999")

    assert response.status_code == 400
    assert "What was sent cannot be understood, and nothing has been done." in response.text


@pytest.mark.alike
def test_no_junk_is_a_server_error(furnished: Client) -> None:
    assert not failures(furnished, Junk(1).requests(100))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_no_junk_is_a_server_error_however_much_there_is(furnished: Client, seed: int) -> None:
    assert not failures(furnished, Junk(100 + seed).requests(300))
