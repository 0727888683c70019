"""The catalogue as CSV: what an import makes of it is what was there."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog.commands import AddNewBook
from catalog.models import Book
from circulation.commands import ReportMissingBook, WithdrawBook
from library_site.cqrs import dispatch, streamed
from tests.library import context

pytestmark = pytest.mark.django_db

BOOKS: list[dict[str, Any]] = [
    {"title": "The Wind in the Willows", "author_name": "Kenneth Grahame", "isbn": "9780141321134"},
    {"title": "The Wind in the Willows", "author_name": "Kenneth Grahame", "isbn": "9780141321134"},
    {"title": "Why We Can't Wait", "author_name": "Martin Luther King, Jr.", "barcode": "00012345"},
    {"title": "Two", "author_name": "Ann Lee and Bo Chan", "statement_of_responsibility": "by Ann Lee & Bo Chan"},
    {"title": "Turned", "author_name": "Holt, Mira", "statement_of_responsibility": "Mira Holt"},
    {"title": "=SUM(1;2)", "author_name": "@home", "shelf_mark": "+49 KI", "condition": "-1 page; \"torn\", 'wet'"},
    {"title": "'=was an apostrophe", "author_name": "'Abd al-Malik", "shelf_mark": "'12"},
    {"title": "AT&amp;T &eacute; [DVD] /", "author_name": "Unknown", "condition": "n/a"},
    {"title": "Total", "isbn": "9790306406156", "barcode": "12.0"},
    {"title": "Größe\u200d: ein 本", "author_name": "Åse Lund", "barcode": "0000"},
]


def stored() -> list[Any]:
    columns = ("title", "author__name", "isbn", "barcode", "statement_of_responsibility", "shelf_mark", "condition")
    return [*Book.objects.order_by("pk").values_list(*columns)]


def exported(path: Path, *options: str) -> str:
    call_command("export_books", path, *options, stderr=StringIO())
    return path.read_text("utf-8-sig")


def test_a_catalogue_comes_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "books.csv"
    empty = transaction.savepoint()
    for book in BOOKS:
        dispatch(AddNewBook(**book), context())
    before = stored()
    text = exported(path)
    transaction.savepoint_rollback(empty)

    call_command("import_books", path, stdout=(out := StringIO()))

    assert out.getvalue().startswith("This library’s own export, 10 rows, UTF-8")
    assert stored() == before
    assert not [line for line in text.splitlines() if line.startswith(("=", "+", "-", "@"))]
    assert exported(path) == text


def test_who_says_the_order_of_names_is_believed_and_other_columns_are_another_file(tmp_path: Path) -> None:
    path = tmp_path / "books.csv"
    empty = transaction.savepoint()
    dispatch(AddNewBook(title="Turned", author_name="Holt, Mira"), context())
    text = exported(path)
    transaction.savepoint_rollback(empty)

    call_command("import_books", path, "--author-order", "last-first", stdout=StringIO())
    path.write_text("".join(f"{line},{more}\n" for line, more in zip(text.splitlines(), ("Copies", "2"), strict=True)))
    call_command("import_books", path, stdout=(out := StringIO()))

    assert set(Book.objects.values_list("author__name", flat=True)) == {"Mira Holt"}
    assert not out.getvalue().startswith("This library")


def test_a_missing_book_is_of_the_catalogue_and_a_withdrawn_one_only_on_request(tmp_path: Path) -> None:
    missing, withdrawn = (dispatch(AddNewBook(title=title), context()).book_id for title in ("One", "Two"))
    dispatch(ReportMissingBook(book_id=missing), context())
    dispatch(WithdrawBook(book_id=withdrawn, reason="Worn out."), context())

    assert [line.split(",")[::7] for line in exported(tmp_path / "a").splitlines()[1:]] == [["One", "MISSING"]]
    assert exported(tmp_path / "b", "--withdrawn").splitlines()[2].endswith("WITHDRAWN")


def test_any_number_of_books_is_read_a_page_at_a_time(monkeypatch, django_assert_num_queries) -> None:
    from catalog.reading import every_book

    for number in range(7):
        dispatch(AddNewBook(title=f"Book {number % 2}"), context())
    for order in (("pk",), ("title", "pk")):
        with django_assert_num_queries(4):
            rows = [*streamed(Book.objects.all(), *order, at_once=2)]
        assert [row.pk for row in rows] == [*Book.objects.order_by(*order).values_list("pk", flat=True)]
    assert every_book.how_many_books() == 7
