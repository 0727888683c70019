"""A column that is found by a few letters of each of its words, the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.functions import Substr
from django.db.models.lookups import Lookup

from catalog.text import search_words
from library_site.cqrs.barcodes import is_barcode_like
from library_site.statements import Given

_MAX_WORDS = 16

# What PostgreSQL indexes (GIN) and compares: the words themselves, without the guesses of a language's parser.
TSVECTOR = "array_to_tsvector(string_to_array({column}, ' '))"


class SearchKeyField(models.TextField):  # type: ignore[type-arg]
    """The words of a row, folded by `search_key()`; look them up with `__has_words="har pot"`."""


def search_key(*texts: str) -> str:
    """The stored form of `texts` for a SearchKeyField."""
    return " ".join(word for text in texts for word in search_words(text))


@SearchKeyField.register_lookup
class HasWords(Lookup):
    """Every word of the value begins some word of the column; no row when the value has no word."""

    lookup_name = "has_words"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        words = search_words(str(self.rhs))[:_MAX_WORDS]
        if not words:
            return "1 = 0", ()
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            tsquery = " & ".join(f"'{word}':*" for word in words)
            return f"{TSVECTOR.format(column=column)} @@ %s::tsquery", (*params, tsquery)
        clauses = [f"' ' || {column} LIKE %s" for _ in words]
        return " AND ".join(clauses), tuple(value for word in words for value in (*params, f"% {word}%"))


# Lists are sorted by the beginning of the key (the title, or the name), which is short enough for a cursor.
SORT_KEY = Substr("search_key", 1, 60)


def by_id_or_words(q: str) -> Q:
    """What a person types to find a row: a few letters of each word; programs may give the row's id."""
    try:
        return Q(id=UUID(q))
    except ValueError:
        return Q(search_key__has_words=q)


def by_barcode_id_or_words(q: str) -> Q:
    """The same, of what has a barcode: a scanner gives that."""
    column, value = sought(q)
    return Q(**{column: value}) if column else Q(search_key__has_words=q)


def sought(q: str) -> tuple[str, Any]:
    """The column by which such a row is found, and its value; none for words."""
    if is_barcode_like(q):
        return "barcode", q.strip()
    try:
        return "id", UUID(q)
    except ValueError:
        return "", None


def is_sought(column: str, words: str) -> Q:
    """What has the value that is `sought` in this column; without one, the words: they are planned as they are."""
    field: Any = models.UUIDField() if column == "id" else models.CharField()
    return Q(**{column: Given("sought", field)}) if column else Q(search_key__has_words=words)


def create_index(table: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For a migration: the index that makes `has_words` quick on PostgreSQL; SQLite reads the table."""
    return _on_postgresql(f"CREATE INDEX {table}_words ON {table} USING gin ({TSVECTOR.format(column='search_key')})")


def drop_index(table: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For a migration: what undoes `create_index`."""
    return _on_postgresql(f"DROP INDEX {table}_words")


def _on_postgresql(sql: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    def run(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run
