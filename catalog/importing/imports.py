"""The books of a file on their way into the catalogue, by AddNewBook. Adapter: it translates."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded
from catalog.domain.known_books import BookAlreadyInCatalogue
from library_site.cqrs import Context, DomainError
from library_site.cqrs.barcodes import barcode_key
from library_site.importing.fates import Became, Fate
from library_site.importing.imports import Import, Imported, Numbered, Reader, Way

from .rows import BookRow

BOOKS, REPAIRED, UNCERTAIN, WITHOUT_ISBN = "book", "repaired ISBN", "uncertain ISBN", "no ISBN"
"""What is counted of rows that were added, beside them."""

Answer = BookAdded | DomainError


@dataclass
class _Imported(Imported[BookRow]):
    """The row of a book, and what became of its copies so far."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def taken_for(self) -> str:
        return self.says.called if self.says else self.called

    def count(self) -> None:
        """Once all its copies have their answers."""
        added = sum(isinstance(answer, BookAdded) for answer in self.answers)
        self.became = self.became or (Became.ADDED if added else Became.THERE)
        self.also += [BOOKS] * added
        if self.says and self.became == Became.ADDED:
            isbn = self.says.isbn
            also = {WITHOUT_ISBN: not isbn.number, REPAIRED: isbn.repaired, UNCERTAIN: not isbn.certain}
            self.also += [what for what, so in also.items() if so]


class BookImport(Import[BookRow]):
    """The import of a file. Rows of one title are its copies: of each it is counted how many the file has had so far.

    A row without barcode is there already when the library has as many of its title, one with a barcode when a book
    has that: so the file may be imported again. A row that follows one with a barcode, of the same title, is carried
    out after it: it counts only whether that one is there.
    """

    other = "not a book"
    batch = 500

    def __init__(self, reader: Reader[BookRow], way: Way, context: Callable[[], Context], unit: str = "line") -> None:
        super().__init__(reader, way, context, unit)
        self._copies: Counter[int] = Counter()
        self._lines: dict[int, int] = {}
        self._commands: list[tuple[_Imported, AddNewBook]] = []
        self._with_barcode: set[int] = set()

    def done(self, rows: Sequence[Numbered]) -> list[Fate]:
        batch = [self.read(row, _Imported(row.line, getattr(row, "called", ""))) for row in rows]
        for imported in batch:
            if imported.says:
                self._refuse_second(imported, imported.says)
                self._take(imported, imported.says)
        self._carry_out()
        for imported in batch:
            imported.count()
        return [imported.fate for imported in batch]

    def _refuse_second(self, imported: _Imported, book: BookRow) -> None:
        if book.barcode:
            first = self._lines.setdefault(hash(barcode_key(book.barcode) or book.barcode), imported.line)
            if first != imported.line:
                imported.is_now(
                    Became.REJECTED,
                    _("its barcode {barcode} is on {unit} {number}, too").format(
                        barcode=book.barcode, unit=_(self.unit), number=first
                    ),
                )

    def _take(self, imported: _Imported, book: BookRow) -> None:
        title = hash(book.of_title)
        for number in range(book.copies):
            barcode = "" if number else book.barcode
            if len(self._commands) >= self.batch or (not barcode and title in self._with_barcode):
                self._carry_out()
            if imported.became:
                return
            self._commands.append((imported, self._command(book, title, barcode)))

    def _command(self, book: BookRow, title: int, barcode: str) -> AddNewBook:
        if barcode:
            self._with_barcode.add(title)
        else:
            self._copies[title] += 1
        return AddNewBook(
            title=book.title,
            author_name=book.author or None,
            isbn=book.isbn.number,
            statement_of_responsibility=book.statement,
            shelf_mark=book.shelf_mark,
            condition=book.condition,
            barcode=barcode,
            source_record=book.source_record,
            only_if_new=True,
            copy_number=1 if barcode else self._copies[title],
        )

    def _carry_out(self) -> None:
        commands, self._commands = self._commands, []
        self._with_barcode.clear()
        answers = self.carried_out([command for _, command in commands])
        for (imported, command), answer in zip(commands, answers, strict=True):
            imported.answers.append(answer)
            if not _is_there(answer):
                imported.became, imported.remarks = Became.REJECTED, [str(answer)]
            elif command.barcode and imported.says:
                self._copies[hash(imported.says.of_title)] += 1


def _is_there(answer: Answer) -> bool:
    """Whether the library has the book now."""
    return not isinstance(answer, DomainError) or isinstance(answer, BookAlreadyInCatalogue)
