"""An import is undone: what it has added is gone, unless something has happened to it since. The journal knows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Author, Book, Code, SourceRecord
from circulation.domain.books import move
from circulation.domain.reservations import next_in_turn
from circulation.domain.titles import Title, find_and_lock_title
from circulation.domain.words import state_of
from circulation.models import FileImport, LibraryUser, Reservation
from circulation.states import LOAN, NEW, ON_LOAN, moves
from library_site.cqrs import Command, Conflict, Context, Remedy, refuse_if_any
from library_site.cqrs.journal import record
from library_site.cqrs.models import JournalEntry, JournalSubject
from library_site.cqrs.operations import journalled
from library_site.cqrs.texts import sentences

NAMED, AT_ONCE = 20, 500
"""Things that hold an undoing up and are named. Rows that are looked up or deleted by one statement."""

_UNDO, _TAKE_OVER = "UndoImport", "TakeOverLoan"

_CODES_OF: dict[type[Model], tuple[str, ...]] = {Book: ("book",), LibraryUser: ("user",)}

Happened = dict[UUID, list[str]]
"""What has happened to books or people, in words."""


class ImportHeldUp(Conflict):
    """Something has happened since to what the import has added."""

    code = "import_held_up"
    short = gettext_lazy("Something has happened to what was imported")


@dataclass
class Added:
    """What the journal says that an import has added. Of a loan: the book, its id, the number of its entry."""

    books: list[UUID] = field(default_factory=list)
    authors: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    loans: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    fulfilled: list[UUID] = field(default_factory=list)

    def note(self, operation: str, result: dict[str, Any], number: int, changes: Sequence[dict[str, Any]]) -> None:
        if operation == "AddNewBook":
            self.books.append(UUID(result["book_id"]))
            self.authors += [UUID(result["author_id"])] if result["author_added"] else []
        elif operation == "RegisterUser":
            self.people.append(UUID(result["user_id"]))
        elif operation == _TAKE_OVER and not result["already_there"]:
            book_id = UUID(result["book_id"])
            self.loans[book_id] = UUID(result["loan_id"]), number
            if any(change["table"] == Reservation._meta.label_lower for change in changes):
                self.fulfilled.append(book_id)


@moves(book="BORROWED > AVAILABLE", loan="ON_LOAN > NEW")
def undo(found: FileImport, command: Command[Any], context: Context) -> dict[str, int]:
    """How many of each kind are gone. Raises ImportHeldUp.

    Of one that is undone already, what has come since: the shell may have gone on with it.
    """
    added = _added(found.pk, after=_last_undone(found.pk))
    _locked(Author, added.authors, "pk")
    books = _locked(Book, added.books, "title", "status", "source_record")
    titles = {book_id: title for book_id in sorted(added.loans) if (title := find_and_lock_title(book_id))}
    people = _locked(LibraryUser, added.people, "name")
    happened = _happened(found.pk, books, people)
    happened |= _loans_that_stand(found.pk, added, titles, context)
    refuse_if_any([_held_up(found, happened, books, titles, people)])

    _take_back(titles, command)
    records = {book.source_record_id for book in books.values()} - {None}
    gone = {"loans": len(titles)}
    gone["books"] = _delete(Book, books, command, context)
    gone["people"] = _delete(LibraryUser, people, command, context)
    gone["authors"] = _delete(Author, _in_no_book(Author, "author", added.authors), command, context)
    _delete(SourceRecord, _in_no_book(SourceRecord, "source_record", records), command, context)
    return gone


def _last_undone(import_id: UUID) -> int:
    """The number of the journal's entry in which it was undone; 0 is never."""
    undone = JournalEntry.objects.filter(operation=_UNDO, outcome=JournalEntry.Outcome.CARRIED_OUT)
    numbers = undone.filter(journalsubject__subject=import_id).aggregate(last=Max("number"))
    return numbers["last"] or 0


def _added(import_id: UUID, *, after: int) -> Added:
    added = Added()
    parts = JournalEntry.objects.filter(whole=import_id, outcome=JournalEntry.Outcome.CARRIED_OUT, number__gt=after)
    said = parts.order_by("number").values_list("operation", "result", "number", "changes")
    for operation, result, number, changes in said.iterator(AT_ONCE):
        added.note(operation, result or {}, number or 0, changes or ())
    return added


def _locked(model: type[Any], ids: Sequence[UUID], *columns: str) -> dict[UUID, Any]:
    """Those that are still there, with these columns, for this transaction alone: in the order in which all lock."""
    rows = (model.objects.select_for_update().filter(pk__in=some).order_by("pk") for some in _batches(sorted(ids)))
    return {row.pk: row for some in rows for row in some.only(*columns)}


def _happened(import_id: UUID, books: dict[UUID, Book], people: dict[UUID, LibraryUser]) -> Happened:
    """To books and people that were added: what is not a part of the import. A book may have been waited for.

    Those that somebody has deleted are gone, as they are to be.
    """
    happened: Happened = defaultdict(list)
    for subject, operation, _number in _entries(import_id, (*books, *people)):
        happened[subject].append(operation)
    for book in books.values():
        if book.status != Book.Status.AVAILABLE and book.pk not in happened:
            happened[book.pk].append(state_of(book))
    return happened


def _loans_that_stand(import_id: UUID, added: Added, titles: dict[UUID, Title], context: Context) -> Happened:
    """Loans to whose books something has happened, or which others would have to be told of."""
    happened: Happened = defaultdict(list)
    for subject, operation, number in _entries(import_id, titles):
        if number > added.loans[subject][1]:
            happened[subject].append(operation)
    for book_id, title in titles.items():
        if book_id in added.fulfilled or next_in_turn(title, context):
            happened[book_id].append(_("somebody has reserved it"))
        elif title.book.loan_id != added.loans[book_id][0] and book_id not in happened:
            happened[book_id].append(state_of(title.book))
    return happened


def _entries(import_id: UUID, subjects: Iterable[UUID]) -> Iterator[tuple[UUID, str, int]]:
    """Of what was carried out about these: about what, what it was, its number.

    It is no part of the import, and of none that is undone. A loan that another file had, too, is nothing new.
    """
    called = journalled()
    undone = FileImport.objects.filter(state=FileImport.State.UNDONE).values("pk")
    for some in _batches(subjects):
        about = JournalSubject.objects.filter(subject__in=some, entry__outcome=JournalEntry.Outcome.CARRIED_OUT)
        others = about.exclude(
            Q(entry__whole=import_id)
            | Q(entry__whole__in=undone)
            | Q(entry__operation=_UNDO)
            | Q(entry__operation=_TAKE_OVER, entry__result__already_there=True)
        )
        for subject, operation, number in others.order_by("entry_id").values_list(
            "subject", "entry__operation", "entry__number"
        ):
            yield subject, str(called.get(operation, operation)), number or 0


def _held_up(
    found: FileImport,
    happened: Happened,
    books: dict[UUID, Book],
    titles: dict[UUID, Title],
    people: dict[UUID, LibraryUser],
) -> ImportHeldUp | None:
    if not happened:
        return None
    called = {pk: f"“{book.title}”" for pk, book in books.items()}
    called |= {pk: f"“{title.book.title}”" for pk, title in titles.items()}
    called |= {pk: user.name for pk, user in people.items()}
    named = [
        f"{called.get(pk, pk)} ({', '.join(dict.fromkeys(words))})" for pk, words in islice(happened.items(), NAMED)
    ]
    message = _("The import of “{file}” is not undone, as something has happened since: {named}.")
    more = len(happened) - len(named)
    and_more = ngettext("And to one more.", "And to {number} more.", more).format(number=more) if more else ""
    files = [_file_of(pk, called[pk], people) for pk in islice(happened, NAMED) if pk in called]
    helps = _("Take that back first, by the undoing of a later import or at the desk; or leave this import as it is.")
    text = sentences(message.format(file=found.file_name, named="; ".join(named)), and_more, helps)
    return ImportHeldUp(text, see_also=files, held_up=len(happened))


def _file_of(pk: UUID, name: str, people: dict[UUID, LibraryUser]) -> Remedy:
    if pk in people:
        return Remedy("GetUserFile", {"user_id": pk}, about=name)
    return Remedy("GetBookFile", {"book_id": pk}, about=name)


def _take_back(titles: dict[UUID, Title], command: Command[Any]) -> None:
    for title in titles.values():
        LOAN.check(ON_LOAN, NEW, command)
        move(title.book, Book.Status.AVAILABLE, command)


def _in_no_book(model: type[Any], column: str, ids: Iterable[Any]) -> list[UUID]:
    """Those of these rows which no book has in this column."""
    used = Book.objects.filter(**{column: OuterRef("pk")})
    found = (model.objects.filter(~Exists(used), pk__in=some).values_list("pk", flat=True) for some in _batches(ids))
    return [*chain.from_iterable(found)]


def _delete(model: type[Model], ids: Iterable[UUID], command: Command[Any], context: Context) -> int:
    """Each of some rows has its entry: however many there are, whoever reads the journal has few of them in memory."""
    number, is_accounted = 0, hasattr(model, "accounted")
    for some in _batches(ids):
        for column in _CODES_OF.get(model, ()):
            _delete_rows(Code.objects.filter(**{f"{column}__in": some}))
        _delete_rows(model._default_manager.filter(pk__in=some))
        if is_accounted:
            changes = [{"table": model._meta.label_lower, "id": str(pk), "gone": True} for pk in some]
            record(type(command).__name__, {}, context, about=some, changes=changes)
        number += len(some)
    return number


def _delete_rows(rows: QuerySet[Any]) -> None:
    """Without looking at each for what refers to it: the journal has told, and the database would refuse."""
    rows._raw_delete(rows.db)


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while some := [*islice(rest, AT_ONCE)]:
        yield some
