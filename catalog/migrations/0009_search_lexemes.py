"""Searches fold what people do not type: the keys of books and authors, and what PostgreSQL finds them by."""

from typing import Any

from django.db import migrations, models

from catalog.models.search import search_key
from catalog.models.search_index import create_index, create_index_of_before, fold, forget_lexemes, keep_lexemes
from catalog.policies import isbn_10
from library_site.postgresql.indexes import AddIndexQuietly

BOOKS, AUTHORS = "catalog_book", "catalog_author"


def key_of_book(title: str, author: str, isbn: str) -> str:
    return search_key(title, author, also=f"{isbn} {isbn_10(isbn) or ''}")


def run(forwards: Any, backwards: Any = migrations.RunPython.noop) -> migrations.RunPython:
    return migrations.RunPython(forwards, backwards)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0008_loan_id")]

    operations = [
        run(keep_lexemes(BOOKS, has_isbn=True), forget_lexemes(BOOKS)),
        run(keep_lexemes(AUTHORS), forget_lexemes(AUTHORS)),
        run(fold("catalog.Author", "name", key=search_key)),
        run(fold("catalog.Book", "title", "author__name", "isbn", key=key_of_book)),
        *(run(create_index(table), create_index_of_before(table)) for table in (BOOKS, AUTHORS)),
        AddIndexQuietly(
            model_name="book",
            index=models.Index(condition=models.Q(status="WITHDRAWN"), fields=["id"], name="catalog_book_withdrawn"),
        ),
    ]
