"""Names are what they look like: docs/adr/0020."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from catalog.commands import AddNewBook
from catalog.models import Author, Book
from catalog.queries import SearchBooks
from catalog.text import collapse, name_key, search_words
from circulation.models import LibraryUser
from circulation.queries import SearchUsers
from library_site.admin.tests.admin_pages import edit, url
from library_site.cqrs import DomainError, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.barcodes import as_read
from library_site.cqrs.validation import as_seen, in_keys
from library_site.on_lambda.messages import from_invoker
from tests.declared import Declared, each_operation
from tests.library import add_book, context, register
from tests.pages import send

UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u115f\u3164\uffa0\U000e0041\U000e007f"
PERSIAN, HINDI, FAMILY = "می‌خواهم", "क्‍ष", "👩‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        *((each, each) for each in ("Emma", "Zoë", PERSIAN, HINDI, FAMILY, "葛\U000e0100城", "❤\ufe0f", "؀١")),
        *((f"Em{each}ma", "Emma") for each in UNSEEN),
        *((each, "") for each in ("\u200d", "\ufe0f\u200b", UNSEEN)),
        (f"\u200c{PERSIAN}\u200d", PERSIAN),
        ("a \u200d b", "a  b"),
        ("😀" + "\ufe01\U000e0155" * 40, "😀\ufe01"),  # what could be hidden so
        ("م" + "\u200c" * 40 + "ن", "م\u200cن"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🏴"),
        ("Em⠀ma", "Em ma"),
    ],
)
def test_a_text_is_what_is_seen_of_it(text: str, seen: str) -> None:
    assert as_seen({"it": [text]}) == {"it": [seen]}


ANY = st.text(st.characters() | st.sampled_from(f"{UNSEEN}\u200c\u200d\ufe0f\u180e\u2800 aé\u0301م"))


@given(ANY)
def test_keys_are_of_what_is_seen(text: str) -> None:
    seen = as_seen(text)
    assert as_seen(seen) == seen
    assert in_keys(seen) == in_keys(text)
    assert name_key(collapse(seen)) == name_key(text)
    assert search_words(collapse(seen)) == search_words(text)


@pytest.mark.parametrize("text", ["3000\u200b1000018319", "\ufeff30001000018319\u200e", "3\u200d0001000018319"])
def test_a_scan_is_read_as_it_is_seen(text: str) -> None:
    assert as_read(text) == "30001000018319"


def texts(declared: Declared) -> list[str]:
    hints = get_type_hints(declared.operation.message)
    return [name for name, hint in hints.items() if hint in {str, str | None} and not name.startswith("_")]


def outcome(declared: Declared, name: str, text: str) -> Any:
    """What came of it: the codes, if it was refused."""
    try:
        dispatch(message_from(declared.operation, declared.arguments() | {name: text}), context())
    except DomainError as refusal:
        return [each.code for each in getattr(refusal, "errors", refusal.problems)]
    return "done"


@pytest.mark.django_db
@each_operation(lambda declared: not declared.operation.is_query and texts(declared))
def test_what_is_left_empty_is_taken_as_empty_is(declared: Declared) -> None:
    for name in texts(declared):
        came = [outcome(declared, name, text) for text in ("", UNSEEN, "\ufe0f\u200c\u200d")]
        assert came == came[:1] * len(came), name


def by_rest(api: APIClient, desk: Client, title: str, author: str) -> None:
    assert api.post("/api/book/new", {"title": title, "author": {"name": author}}).status_code == 201


def by_crud(api: APIClient, desk: Client, title: str, author: str) -> None:
    author_id = Author.objects.get().pk
    book = api.post("/api/book", {"title": title, "author": str(author_id), "isbn": ""}).json()
    assert api.patch(f"/api/author/{author_id}", {"name": author}).json()["name"] == "Jane Austen"
    assert book["title"] == "Emma"


def by_page(api: APIClient, desk: Client, title: str, author: str) -> None:
    assert send(desk, "/add-new-book", title=title, author_q=author, author="").status_code == 302


def by_admin(api: APIClient, desk: Client, title: str, author: str) -> None:
    row = Author.objects.get()
    edit(desk, url("catalog_author", "change", row.pk), name=author)
    edit(desk, url("catalog_book", "add"), title=title, author=str(row.pk))


def by_shell(api: APIClient, desk: Client, title: str, author: str) -> None:
    call_command("dispatch", "AddNewBook", f"title={title}", f"author_name={author}")


def by_event(api: APIClient, desk: Client, title: str, author: str) -> None:
    arguments = {"title": title, "author_name": author}
    lambda_context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 60_000)
    from_invoker({"operation": "AddNewBook", "arguments": arguments}, lambda_context)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [by_rest, by_crud, by_page, by_admin, by_shell, by_event])
def test_a_name_is_what_it_looks_like_whichever_way_it_came_in(
    api: APIClient, desk: Client, door: Callable[..., None]
) -> None:
    add_book("Persuasion", author="Jane Austen")

    door(api, desk, "\u202eEm\u200bma\u00ad", "Jane\u2060 Austen\ufeff")

    assert {book.title for book in Book.objects.all()} == {"Emma", "Persuasion"}
    assert [author.name for author in Author.objects.all()] == ["Jane Austen"]


@pytest.mark.django_db
def test_what_persian_and_hindi_need_stays_and_is_ignored_in_look_ups(api: APIClient) -> None:
    book_id = add_book(PERSIAN, author=HINDI)
    add_book("Another", author=HINDI.replace("\u200d", ""))
    user_id = register(PERSIAN, f"a{UNSEEN}@example.org")

    assert (Book.objects.get(pk=book_id).title, Author.objects.get().name) == (PERSIAN, HINDI)
    for q in (PERSIAN, PERSIAN.replace("\u200c", ""), "\u200bمی‌"):
        assert [row.id for row in dispatch(SearchBooks(q=q), context()).rows] == [book_id]
        assert [row.id for row in dispatch(SearchUsers(q=q), context()).rows] == [user_id]
    assert len(api.get("/api/author", {"name": HINDI.replace("\u200d", "\u200b")}).json()["results"]) == 1
    assert LibraryUser.objects.get().email == "a@example.org"


@pytest.mark.django_db
def test_a_key_means_what_is_seen() -> None:
    first, again = (
        dispatch(AddNewBook(title=title, author_name="A"), context(idempotency_key="k")) for title in ("E\u200b", "E")
    )
    assert first == again


@pytest.mark.django_db(transaction=True)
def test_a_library_that_has_such_names_takes_the_release() -> None:
    """Rows as the release before wrote them."""
    kept, twin, nothing = (
        Author.objects.bulk_create([Author(name=name, name_key=name, search_key="before")])[0]
        for name in ("Jane\u200b Austen", "Jane Austen", "\u200b")
    )
    book = Book.objects.get(pk=add_book("Emma"))
    Book.objects.filter(pk=book.pk).update(title="\u202eEmma", search_key="before", author=kept)
    user_id = register()
    LibraryUser.objects.filter(pk=user_id).update(name=PERSIAN, email="a\u200b@b.org", email_key="a\u200b@b.org")

    for app in ("catalog", "circulation"):
        for operation in import_module(f"{app}.migrations.0012_names_as_seen").Migration.operations * 2:
            operation.code(apps, SimpleNamespace(connection=connection))

    names = dict(Author.objects.values_list("pk", "name"))
    assert (names[kept.pk], names[twin.pk], names[nothing.pk]) == ("Jane Austen", "Jane Austen", "\u200b")
    assert Book.objects.get(search_key__has_words="emma jane").title == "Emma"
    assert LibraryUser.objects.get(email_key="a@b.org", search_key__has_words="میخواهم").name == PERSIAN
