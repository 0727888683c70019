"""The books of a file on their way into the catalogue, by AddNewBook, many at once. Adapter: it translates."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import OperationalError, reset_queries

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded
from catalog.domain.known_books import BookAlreadyInCatalogue
from library_site.cqrs import Context, DomainError
from library_site.cqrs.answers import is_locked
from library_site.cqrs.barcodes import barcode_key
from library_site.tables import Row

from .fates import Became, Fate
from .rows import BookReader, BookRow, NotABook, Unusable

BATCH = 500
"""Books that are added in one transaction: what a desk may have to wait for."""

ATTEMPTS = 8
"""How often they wait for what others hold, as long as the shell does: another import may be as long at work."""

Answer = BookAdded | DomainError
Way = Callable[[Sequence[AddNewBook], Context], list[Answer]]
"""dispatch_all(), or rehearse_all(), of which nothing stays."""


@dataclass
class _Imported:
    """A row, and what became of its books so far."""

    line: int
    book: BookRow | None = None
    became: Became | None = None
    remarks: tuple[str, ...] = ()
    answers: list[Answer] = field(default_factory=list)

    @property
    def fate(self) -> Fate:
        added = sum(isinstance(answer, BookAdded) for answer in self.answers)
        became = self.became or (Became.ADDED if added else Became.THERE)
        said = (*self.book.remarks, *self.book.isbn.remarks) if self.book and became == Became.ADDED else ()
        return Fate(line=self.line, became=became, book=self.book, books=added, remarks=(*self.remarks, *said))

    def reject(self, reason: str) -> None:
        self.became, self.remarks = Became.REJECTED, (reason,)


class BookImport:
    """The import of a file. Rows of one title are its copies: of each it is counted how many the file has had so far.

    A row without barcode is there already when the library has as many of its title, one with a barcode when a book
    has that: so the file may be imported again. A row that follows one with a barcode, of the same title, is in a later
    batch: it counts only whether that one is there.
    """

    def __init__(self, reader: BookReader, way: Way, context: Callable[[], Context]) -> None:
        self.reader, self.way, self.context = reader, way, context
        self._copies: Counter[int] = Counter()
        self._lines: dict[int, int] = {}
        self._rows: list[_Imported] = []
        self._commands: list[tuple[_Imported, AddNewBook]] = []
        self._with_barcode: set[int] = set()

    def fates(self, rows: Iterable[Row]) -> Iterator[list[Fate]]:
        """What became of the rows, a batch at a time."""
        for row in rows:
            self._take(row)
            if max(len(self._commands), len(self._rows)) >= BATCH:
                yield self._done()
        if self._rows:
            yield self._done()

    def _take(self, row: Row) -> None:
        imported = self._read(row)
        self._rows.append(imported)
        if imported.became or not imported.book:
            return
        title = hash(imported.book.of_title)
        for number in range(imported.book.copies):
            barcode = "" if number else imported.book.barcode
            if not barcode and title in self._with_barcode:
                self._carry_out()
            if imported.became:
                return
            self._commands.append((imported, self._command(imported.book, title, barcode)))

    def _read(self, row: Row) -> _Imported:
        try:
            book = self.reader.read(row)
        except NotABook as other:
            return _Imported(row.line, became=Became.NOT_A_BOOK, remarks=(str(other),))
        except Unusable as reason:
            return _Imported(row.line, became=Became.REJECTED, remarks=(str(reason),))
        imported = _Imported(row.line, book)
        if book.barcode:
            first = self._lines.setdefault(hash(barcode_key(book.barcode) or book.barcode), row.line)
            if first != row.line:
                imported.reject(f"its barcode {book.barcode} is on line {first}, too")
        return imported

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
            only_if_new=True,
            copy_number=1 if barcode else self._copies[title],
        )

    def _done(self) -> list[Fate]:
        self._carry_out()
        fates = [imported.fate for imported in self._rows]
        self._rows = []
        return fates

    def _carry_out(self) -> None:
        commands, self._commands = self._commands, []
        self._with_barcode.clear()
        if not commands:
            return
        answers = self._answers([command for _, command in commands])
        for (imported, command), answer in zip(commands, answers, strict=True):
            imported.answers.append(answer)
            if not _is_there(answer):
                imported.reject(str(answer))
            elif command.barcode and imported.book:
                self._copies[hash(imported.book.of_title)] += 1
        reset_queries()  # which Django keeps where DEBUG is set

    def _answers(self, commands: Sequence[AddNewBook], attempts: int = ATTEMPTS) -> list[Answer]:
        """What became of each. Nobody sits at a counter here: who holds what they wait for is waited for again."""
        try:
            return self.way(commands, self.context())
        except OperationalError as error:
            if attempts == 1 or not is_locked(error):
                raise
        return self._answers(commands, attempts - 1)


def _is_there(answer: Answer) -> bool:
    """Whether the library has the book now."""
    return not isinstance(answer, DomainError) or isinstance(answer, BookAlreadyInCatalogue)
