"""A column that is found by a few letters of each of its words, the same on SQLite and PostgreSQL."""

import re
from collections.abc import Callable
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q
from django.db.models.functions import Substr
from django.db.models.lookups import Lookup

from catalog.policies import canonical_isbn
from catalog.text import WordsToFind, in_runs, search_words
from library_site.cqrs.barcodes import as_read, barcode_key, is_numbered
from library_site.statements import Given

from .codes import Code

_MAX_WORDS = 16

_SHORT = 2
"""Words of so many letters begin too much: they are whole words, or begin the first one of a title or name."""

_IN_ISBN = re.compile(r"[0-9]{3,13}|[0-9]{9}x")
_ISBN_10 = 10

BEGINS = "!"
"""Stands in a key before what begins the first word of a title or name: less than letters and digits, as an end is."""

LEXEMES = "search_lexemes"
"""The column of PostgreSQL, and of its index."""


class SearchKeyField(models.TextField):  # type: ignore[type-arg]
    """The words of a row, folded by `search_key()`; look them up with `__has_words="har pot"`.

    On PostgreSQL a trigger keeps them a second time, in a column that Django does not know, as the lexemes that its
    index holds (search_index.py). The ISBNs of the row are not among these, since a million of them begin alike: they
    are found by the index of their own column.
    """

    def __init__(self, *args: Any, isbn: str = "", **kwargs: Any) -> None:
        """`isbn` is the column of the row's ISBN, if it has one."""
        super().__init__(*args, **kwargs)
        self.isbn = isbn


def search_key(*names: str, also: str = "") -> str:
    """The stored form of titles or names, and of what a row is found by beside them, for a SearchKeyField.

    First their words, by which lists are sorted.
    """
    named, rest = [WordsToFind(name) for name in names], WordsToFind(also)
    words = [word for text in (*named, rest) for word in text.words]
    beginnings = [BEGINS + beginning for text in named for beginning in text.beginnings]
    others = [word for text in (*named, rest) for word in text.others if word not in words]
    return " ".join([*words, *dict.fromkeys(beginnings + others)])


@SearchKeyField.register_lookup
class HasWords(Lookup):
    """Every word of the value begins some word of the column (`_SHORT`); no row when the value has no word.

    Letters that follow each other may be one word, or several: J K is JK.
    """

    lookup_name = "has_words"
    prepare_rhs = False
    on_postgresql = "{column} @@ %s::tsquery"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        words = _needed(search_words(str(self.rhs))[:_MAX_WORDS])
        if not words:
            return "1 = 0", ()
        if connection.vendor == "postgresql":
            return self._by_lexemes(words, f"{compiler.quote_name_unless_alias(self.lhs.alias)}.")
        key, _ = self.process_lhs(compiler, connection)
        patterns: list[str] = []

        def like(word: str, end: str) -> str:
            patterns.append(f"% {word}{end}%")
            return f"' ' || {key} || ' ' LIKE %s"

        return f"({_condition(words, like, ' AND ', ' OR ')})", tuple(patterns)

    def _by_lexemes(self, words: list[str], table: str) -> tuple[str, tuple[Any, ...]]:
        isbn = self.lhs.target.isbn
        numbers = [word for word in words if isbn and _IN_ISBN.fullmatch(word)]
        rest = [word for word in words if word not in numbers]
        match = self.on_postgresql.format(column=table + LEXEMES)
        clauses, params = [match] * bool(rest), [_condition(rest, _lexeme, " & ", " | ")] * bool(rest)
        for number in numbers:
            spans = [(start.ljust(13, "0"), start.ljust(13, "9")) for start in _isbns_from(number)]
            clauses.append(" OR ".join([match, *[f"{table}{isbn} BETWEEN %s AND %s"] * len(spans)]))
            params += [_lexeme(number, ""), *chain(*spans)]
        return " AND ".join(f"({each})" for each in clauses), tuple(params)


@SearchKeyField.register_lookup
class HasWordsWithoutIndex(HasWords):
    """The same, for rows that are read in an order of their own: PostgreSQL has no index for this spelling of @@."""

    lookup_name = "has_words_without_index"
    on_postgresql = "ts_match_vq({column}, %s::tsquery)"


def _needed(words: list[str]) -> list[str]:
    """Without the long ones that are there before, or as the beginning of another: it finds what they do."""
    return [
        word
        for place, word in enumerate(words)
        if len(word) <= _SHORT
        or not (word in words[:place] or any(each.startswith(word) and each != word for each in words))
    ]


def _condition(words: list[str], found: Callable[[str, str], str], also: str, otherwise: str) -> str:
    """What finds the words, of what finds a word as it is (and a space), or one that begins so."""

    def by(word: str) -> str:
        if len(word) > _SHORT:
            return found(word, "")
        return f"({found(word, ' ')}{otherwise}{found(BEGINS + word, ' ')})"

    def by_run(run: list[str]) -> str:
        apart = also.join(map(by, run))
        return f"(({apart}){otherwise}{by(''.join(run))})" if len(run) > 1 else apart

    return also.join(map(by_run, in_runs(words)))


def _isbns_from(number: str) -> list[str]:
    """With what ISBNs begin that begin with this number, or that do as ISBN-10."""
    as_13 = f"978{number}" if len(number) < _ISBN_10 else canonical_isbn(number) if len(number) == _ISBN_10 else None
    return [start for start in (number, as_13) if start and start.isdigit()]


def isbn_begun(model: type[models.Model], text: str) -> str:
    """Where the ISBNs stand that begin with a number in this text; empty without one, or if such rows have no ISBN."""
    isbn = model._meta.get_field("search_key").isbn  # type: ignore[union-attr]
    numbers = [word for word in search_words(text)[:_MAX_WORDS] if isbn and _IN_ISBN.fullmatch(word)]
    starts = _isbns_from(numbers[0]) if numbers else []
    return next((start for start in starts if start.startswith(("978", "979"))), "").ljust(13 * bool(starts), "0")


def _lexeme(word: str, end: str) -> str:
    return f"'{word}'" if end else f"'{word}':*"


# Lists are sorted by the beginning of the key (the title, or the name), which is short enough for a cursor.
SORTED_BY = 60
SORT_KEY = Substr("search_key", 1, SORTED_BY)


def id_in(q: str) -> UUID | None:
    """The id of a row, if that is what was typed: programs do."""
    try:
        return UUID(q)
    except ValueError:
        return None


def by_id_or_words(q: str) -> Q:
    """What a person types to find a row: a few letters of each word; or its id."""
    id = id_in(q)
    return Q(id=id) if id else Q(search_key__has_words=q)


def by_barcode(q: str) -> Q | None:
    """The one row that has, or had, a barcode; None for what nothing has, unless this library makes such numbers."""
    key = barcode_key(as_read(q))
    code = Code.objects.filter(pk=key).first() if key else None
    if code:
        return Q(pk=code.book_id or code.user_id)
    return Q(barcode=key) if is_numbered(key) else None


def by_barcode_id_or_words(q: str) -> Q:
    """What a scanner gives to find a row; or what a person types."""
    return by_barcode(q) or by_id_or_words(q)


def readings(q: str) -> list[tuple[str, Any]]:
    """The columns by which such a row may be found, and their values, in the order in which they are tried.

    Without any row of these, words are meant, but for the digits of barcodes that the library makes.
    """
    if id := id_in(q):
        return [("id", id)]
    key = barcode_key(as_read(q))
    if is_numbered(key):
        return [("codes__key", key), ("barcode", key)]  # the version before this one writes the column alone
    return [("codes__key", key)] if key else []


def is_sought(column: str) -> Q:
    """What has the value that is `sought` in this column; of `ids`, one of these; with none, all."""
    if not column:
        return Q()
    if column == "ids":
        return Q(_IsOneOf("id", Given("ids", models.UUIDField())))
    return Q(**{column: Given("sought", models.UUIDField() if column == "id" else models.CharField())})


class _IsOneOf(Func):
    """That the first is among the second, an array of PostgreSQL: of however many values, in one statement."""

    template, arg_joiner = "%(expressions)s)", " = ANY ("
    output_field = models.BooleanField()
