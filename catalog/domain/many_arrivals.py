"""What is known of the catalogue, and done to it, where many books are added in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.sql import InsertQuery

from catalog.models import Author, Book, Code
from catalog.models.barcodes import Numbering
from catalog.policies import BarcodeKind, canonical_isbn
from catalog.text import collapse, name_key
from library_site.cqrs import Command, Context, became
from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.validation import is_plain, value_errors
from library_site.statements import compiled, inserted, row_given

from .arrivals import Arrivals, copies_arrived, lock_isbns, lock_titles_of_nobody
from .barcodes import Labelled, labelled
from .source_records import keep_source_records


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
        lock_titles_of_nobody(filter(is_plain, {collapse(each.title) for each in commands if _is_sought(each)}))
        lock_isbns(isbns)
        self.isbns = {*Book.objects.filter(isbn__in=isbns).values_list("isbn", flat=True)}  # somebody may wait for them
        self.copies = self._copies([*filter(is_plain, {collapse(each.title) for each in commands})])
        self.labels = {each.key: each for each in labelled(each.barcode for each in commands if each.barcode)}
        self.books: list[Book] = []
        self.codes: list[dict[str, Any]] = []

    def _authors(self, names: dict[str, str], ids: set[UUID | None]) -> dict[str | UUID, Author]:
        """By key and id. Those that are new are added; `added` are those that no book has yet."""
        found = self._found(Q(name_key__in=names) | Q(pk__in=ids - {None}))
        column = Author._meta.get_field("name")
        unknown = [name for key, name in sorted(names.items()) if key not in found]
        if new := [Author(name=name) for name in unknown if not value_errors(column, name, "name")]:
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

    def _copies(self, titles: list[str]) -> dict[tuple[str, UUID | None], list[UUID]]:
        """Of authors who have books, and of none, by title and author."""
        authors = {author.pk for author in self.authors.values()} - self.added.keys()
        found: dict[tuple[str, UUID | None], list[UUID]] = defaultdict(list)
        for of in (Q(author__in=authors), Q(author=None)):
            for title, author, pk in Book.objects.filter(of, title__in=titles).values_list("title", "author_id", "pk"):
                found[title, author].append(pk)
        return found

    def author(self, author_id: UUID | None, name: str | None) -> tuple[Author | None, bool]:
        author = self.authors.get(author_id or name_key(collapse(name or "")))
        if author is None:
            return super().author(author_id, name)
        return author, author.pk in self.added

    def copies_of(self, book: Book) -> list[UUID]:
        return self.copies[book.title, book.author_id]

    def labelled(self, barcode: str) -> Labelled | None:
        return self.labels.get(barcode_key(barcode)) if barcode else None

    def add(self, book: Book, command: Command[Any], context: Context) -> None:
        if book.author_id:
            self.added.pop(book.author_id, None)
        self.copies[book.title, book.author_id].append(book.pk)
        if book.barcode:
            key = barcode_key(book.barcode)
            self.labels[key] = Labelled(key, book.pk, None, book.title)
        else:
            key = book.barcode = self.numbering.next()  # which nothing has
        if book.isbn in self.isbns:
            super().add(book, command, context)
            return
        self.books.append(book)
        self.codes.append({"key": key, "book_id": book.pk, "user_id": None, "replaced_at": None})
        became(book)
        copies_arrived.send(sender=Book, books=[book], is_new_title=True, command=command, context=context)

    @cached_property
    def numbering(self) -> Numbering:
        return Numbering(BarcodeKind.BOOK)

    def end(self) -> None:
        """Write the books with their source records, and take back the authors whose books were refused."""
        for book in self.books:
            book.derive()
        keep_source_records(self.books)
        compiled(_new_book).insert_each(map(vars, self.books))
        compiled(_new_code).insert_each(self.codes)
        if "numbering" in self.__dict__:
            self.numbering.keep()
        if self.added:
            Author.objects.filter(pk__in=self.added).delete()


def _is_sought(command: Any) -> bool:
    """Whether it is asked how many books have its title and no author."""
    has_author = command.author_id is not None or command.author_name
    return command.only_if_new and not has_author and not command.barcode.strip()


def _new_book() -> InsertQuery:
    return inserted(row_given(Book))


def _new_code() -> InsertQuery:
    return inserted(row_given(Code))


@contextmanager
def many_arrivals(commands: Sequence[Any]) -> Iterator[ManyArrivals]:
    """For dispatch_all()."""
    arrivals = ManyArrivals(commands)
    yield arrivals
    arrivals.end()
