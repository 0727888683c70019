"""What the admins share, and the journal in the admin."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Author
from circulation.commands import BorrowBook, ReturnBook
from library_site.admin import tables as shared
from library_site.cqrs import Actor, Context, DomainError, dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, register, report_missing

from .admin_pages import url

PAGE = "/admin/cqrs/journalentry/"


def operations(client: Client, **query: Any) -> list[str]:
    return [entry.operation for entry in client.get(PAGE, query).context["cl"].result_list]


def by(user: User, key: str) -> Context:
    return Context(actor=Actor.of_user(user), source="rest", idempotency_key=key)


def test_the_journal_says_who_did_it_by_name(desk: Client, librarian: User) -> None:
    book_id = add_book()
    dispatch(ReturnBook(book_id=book_id), by(librarian, "a-key"))
    text = desk.get(PAGE).content.decode()
    assert '<td class="field-who">librarian</td>' in text
    assert '<td class="field-who">system:cli</td>' in text
    entry = JournalEntry.objects.get(operation="ReturnBook")
    assert "librarian" in desk.get(url("cqrs_journalentry", "change", entry.id)).content.decode()


def test_no_browser_remembers_what_is_typed(desk: Client) -> None:
    for table in ("catalog_book", "catalog_author", "circulation_libraryuser"):
        boxes = re.findall(r'<input type="(?:text|email)"[^>]*>', desk.get(url(table, "add")).content.decode())
        assert boxes
        assert [box for box in boxes if 'autocomplete="off"' not in box] == []


def test_the_journal_is_searched_and_filtered(desk: Client, librarian: User) -> None:
    book_id, user_id = add_book(), register()
    add_book()
    dispatch(ReturnBook(book_id=book_id), by(librarian, "a-key"))
    report_missing(book_id)
    with pytest.raises(DomainError):
        dispatch(BorrowBook(book_id=book_id, user_id=user_id), by(librarian, "b-key"))
    story = ["BorrowBook", "ReportMissingBook", "ReturnBook", "AddNewBook"]
    assert operations(desk, q=str(book_id)) == operations(desk, q=book_id.hex) == story
    assert operations(desk, q="librarian") == operations(desk, q=f"user:{librarian.pk}") == ["BorrowBook", "ReturnBook"]
    assert operations(desk, q="addnewbook") == ["AddNewBook", "AddNewBook"]
    assert operations(desk, q="book_not_available") == operations(desk, outcome__exact="REFUSED") == ["BorrowBook"]
    assert operations(desk, source="rest") == ["BorrowBook", "ReturnBook"]
    assert operations(desk, operation="ReportMissingBook") == ["ReportMissingBook"]
    assert operations(desk, operation="junk") == operations(desk, q="nothing like it") == []


def test_the_journal_is_filtered_by_what_the_code_knows(desk: Client) -> None:
    offered = {spec.title: [value for value, _ in spec.lookup_choices] for spec in _filters(desk)}
    assert offered["source"] == ["rest", "html", "admin", "cli", "lambda"]
    assert {"BorrowBook", "VerifyUser"} <= set(offered["operation"])
    assert "SearchBooks" not in offered["operation"]


def _filters(client: Client) -> list[Any]:
    specs = client.get(PAGE).context["cl"].filter_specs
    return [spec for spec in specs if hasattr(spec, "lookup_choices")]


def test_pages_end_where_the_count_does(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    Author.objects.bulk_create(Author(name=f"{each}", name_key=f"{each}") for each in range(7))
    authors = Author.objects.order_by("name_key")
    assert shared.CappedPaginator(authors, 3).count == 7
    monkeypatch.setattr(shared, "MAX_ROWS_LISTED", 5)
    pages = shared.CappedPaginator(authors, 3)
    assert (pages.count, pages.num_pages) == (5, 2)
    assert [author.name for author in pages.page(2)] == ["3", "4"]
    assert shared.CappedPaginator(authors.filter(name="6"), 3).count == 1


@pytest.mark.django_db(transaction=True)
def test_junk_in_a_url_is_no_server_error(desk: Client) -> None:
    add_book()
    for page in (
        "catalog/book/add/?author=junk",
        *(f"catalog/book/?{q}" for q in ("due_on__year=99999999999", "p=-1", "p=99", "p=x", "o=99.x", "q=%00")),
        *(f"catalog/book/?{q}" for q in ("author__id__exact=x", "status__exact=x", "isbn=%00")),
        "circulation/pastloan/?ended_at__gte=0001-01-01+00:00:00%2B23:59",
        "cqrs/journalentry/?at__gte=9999-12-31+23:59:59-23:59",
        "cqrs/journalentry/?source=%00",
    ):
        assert desk.get(f"/admin/{page}", follow=True).status_code == 200, page
