"""What a copy in a file of MARC records says of its book: as BookReader, of rows."""

from base64 import b64encode

from django.utils.translation import gettext as _

from catalog.marc.copies import Copy
from catalog.models.rules import MAX_STATEMENT
from library_site.importing.fates import SomethingElse, Unusable

from .isbns import NO_ISBN, Isbn, IsbnColumns
from .media import is_a_book, is_among
from .people import is_same
from .rows import BookRow, barcode_of, refuse_what_cannot_be_stored


class MarcReader:
    """`also_books` are media that are imported, too, as a search compares words."""

    def __init__(self, also_books: frozenset[str] = frozenset()) -> None:
        self.also_books = also_books
        self._isbns = IsbnColumns({"ISBN": True})

    def look_at(self, copy: Copy) -> None:
        """Each record says all by itself."""

    def decide(self) -> None:
        """Likewise."""

    def read(self, copy: Copy) -> BookRow:
        """Raises SomethingElse for what is something else, Unusable for what does not say what is needed."""
        if copy.problem:
            raise Unusable(copy.problem)
        self._refuse_others(copy)
        says = copy.says
        if not says.title:
            raise Unusable(_("it has no title"))
        barcode, unlike = barcode_of(copy.item.barcode)
        statement, cut = statement_of(says.statement, says.author)
        book = BookRow(
            title=says.title,
            author=says.author,
            statement=statement,
            isbn=self.isbn_of(says.isbns),
            barcode=barcode,
            shelf_mark=copy.item.shelf_mark,
            amiss=(*unlike, *cut, *copy.remarks),
            source_record=b64encode(copy.marc).decode(),
        )
        refuse_what_cannot_be_stored(book)
        return book

    def _refuse_others(self, copy: Copy) -> None:
        says = copy.says
        if says.medium and not is_among(says.medium, self.also_books):
            raise SomethingElse(_("not a book, but “{what}”").format(what=says.medium))
        if says.material and not is_a_book(says.material, self.also_books):
            raise SomethingElse(_("not a book, but “{what}”").format(what=says.material))
        if copy.item.gone:
            raise SomethingElse(_("its record says that it is {gone}").format(gone=_(copy.item.gone)))

    def isbn_of(self, cells: tuple[str, ...]) -> Isbn:
        """The first that is one; else why none is. A record has those of all bindings: they stay in it."""
        read = [self._isbns.read({"ISBN": cell}) for cell in cells]
        return next((isbn for isbn in read if isbn.number), next(iter(read), NO_ISBN))


def statement_of(said: str, author: str) -> tuple[str, tuple[str, ...]]:
    """What is said beside the author, and a remark, if it is cut: the record has it whole."""
    if is_same(said, author):
        return "", ()
    if len(said) <= MAX_STATEMENT:
        return said, ()
    return f"{said[: MAX_STATEMENT - 1]}…", (
        _("its statement of responsibility was cut to {number} characters").format(number=MAX_STATEMENT),
    )
