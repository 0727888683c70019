"""All that can be done in a library: operations, pages, lists of the CRUD, views of the admin."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from bench.growth import Deed
from catalog.models import Book
from library_site.cqrs import dispatch
from library_site.cqrs.arguments import message_from
from library_site.navigation import all_tasks
from tests.declared import Declared, declarations
from tests.large_library import LargeLibrary
from tests.library import context

Asked = dict[str, Any]

ALSO: dict[str, list[Asked]] = {
    "SearchBooks": [{"q": q} for q in ("0", "the", "bal", "bal bam")] + [{"q": "ba", "status": "MISSING"}],
    "SearchAuthors": [{"q": q} for q in ("ba", "aan ba")],
    "SearchUsers": [{"q": q} for q in ("ba", "aan ba", "0")],
}
"""What the words of this library make slow, beside what is declared."""

CRUD = {"author": "catalog.author", "book": "catalog.book", "user": "circulation.libraryuser"}

_SOME = """
WITH wanted AS (SELECT book_id, count(*) AS by FROM circulation_reservation WHERE status = 'OPEN' GROUP BY book_id),
reading AS (SELECT user_id, count(*) AS more FROM circulation_reservation WHERE status = 'OPEN' GROUP BY user_id)
SELECT (SELECT id FROM catalog_book JOIN wanted ON id = book_id WHERE isbn <> '' ORDER BY by DESC, id LIMIT 1),
    (SELECT borrower_id FROM catalog_book JOIN reading ON borrower_id = user_id ORDER BY more DESC, id LIMIT 1),
    (SELECT id FROM catalog_book WHERE isbn = '' ORDER BY id LIMIT 1),
    (SELECT author_id FROM catalog_book GROUP BY author_id ORDER BY count(*) DESC LIMIT 1),
    (SELECT barcode FROM circulation_libraryuser ORDER BY id LIMIT 1)
"""


def every() -> Iterator[tuple[str, list[Deed]]]:
    """Names, and what there is to do: reading first."""
    library, browser = some_of_it(), signed_in()
    asked = {each.operation.slug: questions(each, library) for each in declarations() if each.operation.is_query}
    for each in declarations():
        if each.operation.is_query:
            messages = [message_from(each.operation, arguments) for arguments in asked[each.operation.slug]]
            yield each.operation.name, [partial(done, partial(dispatch, message, context())) for message in messages]
    for urls, name in pages(asked):
        yield name, [seen(browser, url) for url in urls]
    yield from files(browser)
    for each in declarations():
        if not each.operation.is_query:
            yield each.operation.name, [partial(new, each)]


def done(timed: Any) -> Any:
    return timed


def new(declared: Declared) -> Any:
    """A command with what it needs, brought about by others."""
    return partial(dispatch, declared.message(), context())


def seen(browser: Client, url: str) -> Deed:
    return partial(done, partial(get, browser, url))


def files(browser: Client) -> Iterator[tuple[str, list[Deed]]]:
    for name in ("loans", "overdue", "most-borrowed", "stock"):
        url = f"/statistics/{name}.csv"
        yield url, [partial(done, partial(first_row, browser, url))]


def first_row(browser: Client, url: str) -> None:
    """Of a file, the line with its headings and the next one."""
    lines = iter(browser.get(url))
    next(lines)
    next(lines, None)


def get(browser: Client, url: str) -> None:
    answer = browser.get(url, headers={"Accept": "application/json"} if url.startswith("/api/") else None)
    if answer.status_code == 503:
        raise OperationalError(url)
    if answer.status_code not in {200, 302}:  # a card that is scanned leads on
        raise AssertionError(f"{url} was answered {answer.status_code}")
    b"".join(answer) if answer.streaming else answer.content


def pages(asked: dict[str, list[Asked]]) -> Iterator[tuple[list[str], str]]:
    """The URLs of pages, of what each is a page of, and its name."""
    for listed in all_tasks().values():
        for page in listed:
            queries = asked.get(page.slug, [{}])
            yield [f"{reverse(page.slug)}?{urlencode(query)}" for query in queries], f"/{page.route}"
    yield [reverse(name) for name in ("desk", "tasks")], "/, /tasks"
    for kind, label in CRUD.items():
        pk = apps.get_model(label)._default_manager.values_list("pk", flat=True).first()
        yield [f"/api/{kind}"], f"/api/{kind}"
        yield [f"/api/{kind}/{pk}"], f"/api/{kind}/…"
    for model in admin.site._registry:
        yield from admin_views(model)


def admin_views(model: type[Model]) -> Iterator[tuple[list[str], str]]:
    """The list of a table, its second page, and one row."""
    start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    changelist, row = reverse(f"{start}_changelist"), model._default_manager.order_by("pk").first()
    yield [changelist], changelist
    if admin.site._registry[model].search_fields:
        yield [f"{changelist}?q=ba"], f"{changelist}?q="
    if row:
        yield [reverse(f"{start}_change", args=[row.pk])], f"{changelist}…"


def questions(declared: Declared, library: LargeLibrary) -> list[Asked]:
    return (declared.large(library) if declared.large else []) + ALSO.get(declared.operation.name, [])


def signed_in() -> Client:
    """A browser of somebody who may do all."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.create_superuser("bench"))
    return browser


def some_of_it() -> LargeLibrary:
    """Whom and what to ask for: of a book that was often lent, somebody with books, an author of a hundred."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME)
        wanted, reader, single, author, card = cursor.fetchone()
    return LargeLibrary(
        author_id=author,
        wanted_book_id=wanted,
        single_book_id=single,
        isbn=Book.objects.get(pk=wanted).isbn,
        reader_id=reader,
        card=card,
        actor="system:cli",
    )
