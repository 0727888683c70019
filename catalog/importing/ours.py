"""The rows that this library has exported: what they say is taken as it is, for all of it was in a library already."""

from django.utils.translation import gettext as _

from catalog.policies import canonical_isbn
from library_site.cqrs.barcodes import is_barcode_like
from library_site.importing.fates import SomethingElse, Unusable
from library_site.tables import Column, Row

from .isbns import Isbn
from .people import Authors
from .rows import BookReader, BookRow, barcode_of, refuse_what_cannot_be_stored


class OurAuthors(Authors):
    """Of each book the one author that it has, by the whole name: a comma in it is part of it."""

    @property
    def notes(self) -> dict[Column, str]:
        return {}

    def of(self, row: Row) -> tuple[str, str]:
        return row.one("author"), row.one("statement")


class OurBookReader(BookReader):
    """Only what a spreadsheet has done to numbers since is undone, as for everybody."""

    def read(self, row: Row) -> BookRow:
        if row.problem:
            raise (SomethingElse if row.given else Unusable)(row.problem)
        if not row.one("title"):
            raise Unusable(_("it has no title"))
        author, statement = self.authors.of(row)
        barcode, unlike = self._barcode(row)
        book = BookRow(
            title=row.one("title"),
            author=author,
            statement=statement,
            isbn=self._isbn(row),
            barcode=barcode,
            shelf_mark=row.one("shelf_mark"),
            condition=row.one("condition"),
            amiss=unlike,
        )
        refuse_what_cannot_be_stored(book)
        return book

    def _isbn(self, row: Row) -> Isbn:
        said = row.one("isbn")
        return Isbn(number=said) if canonical_isbn(said) == said else self.isbns.read(self._isbn_cells(row))

    def _barcode(self, row: Row) -> tuple[str, tuple[str, ...]]:
        said = row.one("barcode")
        return (said, ()) if is_barcode_like(said) else barcode_of(said)
