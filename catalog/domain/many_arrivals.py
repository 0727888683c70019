"""What is known of the catalogue, and done to it, where many books are added in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.sql import InsertQuery

from catalog.models import Author, Book
from catalog.models.barcodes import Numbering
from catalog.policies import BarcodeKind, canonical_isbn
from catalog.text import collapse, name_key
from library_site.cqrs import Command, Context, became
from library_site.cqrs.validation import field_errors, is_plain
from library_site.statements import compiled, inserted, row_given

from .arrivals import Arrivals, Copy, copies_arrived, lock_isbns


class ManyArrivals(Arrivals):
    """For many books: authors, then ISBNs, are looked up and locked for all of them, in the order in which all do it.

    Books of titles that were not there are written at the end, together.
    """

    def __init__(self, commands: Sequence[Any]) -> None:
        names = [collapse(each.author_name or "") for each in reversed(commands)]  # the first spelling stays
        self.added: dict[UUID, Author] = {}
        self.authors = self._authors(
            {name_key(name): name for name in names if is_plain(name)},
            {each.author_id for each in commands},
        )
        isbns = {canonical_isbn(each.isbn) or "" for each in commands} - {""}
        lock_isbns(isbns)
        titles = filter(is_plain, {collapse(each.title) for each in commands if not each.isbn.strip()})
        self.copies = self._copies(isbns, [*titles])
        self.isbns = isbns & self.copies.keys()  # of titles that somebody may wait for
        self.books: list[Book] = []

    def _authors(self, names: dict[str, str], ids: set[UUID | None]) -> dict[str | UUID, Author]:
        """By key and id. Those that are new are added; `added` are those that no book has yet."""
        found = self._found(Q(name_key__in=names) | Q(pk__in=ids - {None}))
        new = [Author(name=name) for key, name in sorted(names.items()) if key not in found]
        if new := [author for author in new if not field_errors(author, {"name": "name"})]:
            for author in new:
                author.derive()
            Author.objects.bulk_create(new, ignore_conflicts=True)  # another clerk may add the same author at once
            found |= self._found(Q(name_key__in=[author.name_key for author in new]))
            self.added = {author.pk: author for author in new if author.pk in found}
        return found

    def _found(self, wanted: Q) -> dict[str | UUID, Author]:
        found: dict[str | UUID, Author] = {}
        for author in Author.objects.select_for_update(no_key=True).filter(wanted).order_by("pk"):
            found[author.name_key] = found[author.pk] = author
        return found

    def _copies(self, isbns: set[str], titles: list[str]) -> dict[Any, Copy]:
        """The first by age, by ISBN, or by title and author."""
        columns, by_age = ("pk", "title", "isbn", "author_id"), "-pk"
        rows = [*Book.objects.filter(isbn__in=isbns).order_by(by_age).values_list(*columns)]
        if titles:
            authors = {author.pk for author in self.authors.values()} - self.added.keys()
            rows += (
                Book.objects.filter(isbn="", title__in=titles, author__in=authors)
                .order_by(by_age)
                .values_list(*columns)
            )
        return {isbn or (title, author): Copy(pk, title) for pk, title, isbn, author in rows}

    def author(self, author_id: UUID | None, name: str | None) -> tuple[Author, bool]:
        author = self.authors.get(author_id or name_key(collapse(name or "")))
        if author is None:
            return super().author(author_id, name)
        return author, author.pk in self.added

    def copy_of(self, book: Book) -> Copy | None:
        return self.copies.get(_title(book))

    def add(self, book: Book, command: Command[Any], context: Context) -> None:
        book.barcode = book.barcode or self.numbering.next()
        self.added.pop(book.author_id, None)
        if book.isbn in self.isbns:
            super().add(book, command, context)
            return
        self.books.append(book)
        self.copies.setdefault(_title(book), Copy(book.pk, book.title))
        became(book)
        copies_arrived.send(sender=Book, books=[book], is_new_title=True, command=command, context=context)

    @cached_property
    def numbering(self) -> Numbering:
        return Numbering(BarcodeKind.BOOK, Book)

    def end(self) -> None:
        """Write the books, and take back the authors whose books were refused."""
        for book in self.books:
            book.derive()
        compiled(_new_book).insert_each(map(vars, self.books))
        if "numbering" in self.__dict__:
            self.numbering.keep()
        if self.added:
            Author.objects.filter(pk__in=self.added).delete()


def _new_book() -> InsertQuery:
    return inserted(row_given(Book))


def _title(book: Book) -> Any:
    return book.isbn or (book.title, book.author_id)


@contextmanager
def many_arrivals(commands: Sequence[Any]) -> Iterator[ManyArrivals]:
    """For dispatch_all()."""
    arrivals = ManyArrivals(commands)
    yield arrivals
    arrivals.end()
