"""Every book of the catalogue, one after the other, however many there are."""

from collections.abc import Iterator

from django.db.models import QuerySet

from catalog.models import Book
from library_site.cqrs import every_row, read_database


def every_book(*, withdrawn: bool = False) -> Iterator[Book]:
    """With its author, in the order in which they were added; those that are withdrawn only if they are asked for."""
    return every_row(_books(withdrawn=withdrawn).select_related("author"), "pk")


def how_many_books(*, withdrawn: bool = False) -> int:
    return _books(withdrawn=withdrawn).using(read_database()).count()


def _books(*, withdrawn: bool) -> "QuerySet[Book]":
    return Book.objects.all() if withdrawn else Book.objects.exclude(status=Book.Status.WITHDRAWN)
