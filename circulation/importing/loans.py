"""The open loans of a file on their way into the library, by TakeOverLoan. Adapter: it translates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from catalog.importing.not_books import is_total
from catalog.importing.numbers import says_something
from catalog.models import Code
from catalog.text import collapse
from circulation.commands import TakeOverLoan
from circulation.commands.take_over_loan import LoanTakenOver
from library_site.cqrs import DomainError, InvalidInput
from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.texts import refusal_name
from library_site.importing.fates import Became, Fate, SomethingElse, Unusable
from library_site.importing.imports import Import, Imported
from library_site.tables import Column, Row

from .days import Days
from .person_rows import number_in
from .statuses import FAR

BREAKS = "breaks today’s rules"


@dataclass(frozen=True, kw_only=True)
class LoanRow:
    """What a row says of a loan; `title` and `name` are for people to read."""

    card: str
    barcode: str
    borrowed_on: date | None = None
    due_on: date | None = None
    title: str = ""
    name: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def in_short(self) -> str:
        what, who = f"{self.title} {self.barcode}".strip(), f"{self.name} {self.card}".strip()
        return f"{what} → {who}"


class LoanReader:
    """How the rows of a file are read."""

    def __init__(self, columns: Mapping[str, Sequence[Column]], days: Days) -> None:
        self.columns, self.days = columns, days

    def look_at(self, row: Row) -> None:
        """For what can only be said of all rows; before any is read."""
        for meaning in ("borrowed_on", "due_on"):
            self.days.look_at(row.all(meaning))

    def decide(self) -> None:
        """Once all rows were looked at. Raises OrderUnknown."""
        self.days.decide()

    def read(self, row: Row) -> LoanRow:
        """Raises SomethingElse for what is no open loan, Unusable for what does not say whose it is of which book."""
        if row.problem:
            raise (SomethingElse if row.given else Unusable)(row.problem)
        card, barcode = number_in(row.one("card")), number_in(row.one("barcode"))
        if is_total(row.given):
            raise SomethingElse(_("no loan, but a total"))
        if says_something(row.one("returned_on")):
            raise SomethingElse(
                _("no open loan: the book came back ({day})").format(day=collapse(row.one("returned_on")))
            )
        borrowed_on = self.days.read(row.one("borrowed_on"), localdate())
        due_on = self.days.read(row.one("due_on"), FAR)
        loan = LoanRow(
            card=card,
            barcode=barcode,
            borrowed_on=borrowed_on,
            due_on=due_on,
            title=collapse(row.one("title")),
            name=collapse(" ".join(row.all("name"))),
            remarks=tuple(_unreadable(row, borrowed_on=borrowed_on, due_on=due_on)),
        )
        if not card or not barcode:
            lacks = _("it has no barcode: {loan}") if card else _("it has no card: {loan}")
            raise Unusable(lacks.format(loan=loan.in_short))
        return loan


def _unreadable(row: Row, **days: date | None) -> Iterator[str]:
    unread = {
        "borrowed_on": _("its day of borrowing “{day}” cannot be read"),
        "due_on": _("its due day “{day}” cannot be read"),
    }
    for meaning, day in days.items():
        if day is None and says_something(row.one(meaning)):
            yield unread[meaning].format(day=row.one(meaning))


@dataclass
class _Imported(Imported[LoanRow]):
    """The row of a loan, and what became of it."""

    command: TakeOverLoan | None = None


class LoanImport(Import[LoanRow]):
    """The import of a file. A loan that the library has, or had, is there already: the file may be imported again."""

    other = "not a loan"

    def done(self, rows: Sequence[Row]) -> list[Fate]:
        batch = [self.read(row, _Imported(row.line)) for row in rows]
        loans = [each.says for each in batch if each.says]
        keys = {barcode_key(text) for loan in loans for text in (loan.card, loan.barcode)}
        found = {key: (book, user) for key, book, user in Code.objects.filter(pk__in=keys).values_list(*_OWNERS)}
        for imported in batch:
            if imported.says:
                _find(imported, imported.says, found)
        self._take_over([each for each in batch if each.command])
        return [each.fate for each in batch]

    def _take_over(self, batch: Sequence[_Imported]) -> None:
        answers = self.carried_out([each.command for each in batch if each.command])
        for imported, answer in zip(batch, answers, strict=True):
            if isinstance(answer, DomainError):
                imported.remarks += _why_not(answer)
                continue
            imported.became = Became.THERE if answer.already_there else Became.ADDED
            if imported.became == Became.ADDED:
                imported.remarks += _said_of(imported.command, answer)
                imported.also += [BREAKS] if answer.breaks else []


def _why_not(refusal: DomainError) -> list[str]:
    if isinstance(refusal, InvalidInput):
        return [error.detail for error in refusal.errors]
    return [problem.message for problem in refusal.problems or [refusal]]


_OWNERS = ("pk", "book_id", "user_id")


def _find(imported: _Imported, loan: LoanRow, found: Mapping[str, tuple[UUID | None, UUID | None]]) -> None:
    """The book and the person, by their codes, those too that were replaced; else it is said what nobody has."""
    book_id = found.get(barcode_key(loan.barcode), (None, None))[0]
    user_id = found.get(barcode_key(loan.card), (None, None))[1]
    if book_id is None:
        imported.remarks.append(
            _("no book has the barcode {barcode} (card {card})").format(barcode=loan.barcode, card=loan.card)
        )
    if user_id is None:
        imported.remarks.append(
            _("nobody has the card {card} (book {barcode})").format(barcode=loan.barcode, card=loan.card)
        )
    if book_id and user_id:
        days = {"borrowed_on": loan.borrowed_on, "due_on": loan.due_on}
        imported.command = TakeOverLoan(book_id=book_id, user_id=user_id, **days)


def _said_of(command: TakeOverLoan | None, answer: LoanTakenOver) -> Iterator[str]:
    if command and command.borrowed_on is None:
        yield _("it does not say when it was borrowed: {day} was taken").format(day=answer.borrowed_on)
    if command and command.due_on is None:
        yield _("it does not say when it is due: {day} was taken").format(day=answer.due_on)
    if broken := "; ".join(str(refusal_name(code)) for code in answer.breaks):
        yield _("imported as it was, in spite of today’s rules: {rules}").format(rules=broken)
