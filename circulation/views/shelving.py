"""What is said to somebody with a book in hand: where to put it, and what becomes of those who had or await it."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Book
from catalog.queries.search_books import FoundBook
from circulation.commands.return_book import BookReturned
from circulation.domain.losses import loss_in_words
from circulation.models import LibraryUser, PastLoan
from circulation.queries import GetBookFile, GetBookHistory, GetReservationQueue, SearchUsers
from circulation.queries.get_book_file import BookFile
from circulation.queries.get_reservation_queue import ReservationInQueue
from circulation.states import WAITING
from library_site.cqrs import Page, Query
from library_site.cqrs.texts import long_date, sentences
from library_site.html.forms import TaskForm
from library_site.html.views import TaskView

T = TypeVar("T")

MOST_NAMED = 10
"""Books and people that a page names one by one."""


def no_longer_suspended(user_id: UUID | None) -> str:
    """What a book that is found means for its borrower; empty, if nobody was reinstated."""
    return _("Its borrower is no longer suspended.") if user_id else ""


class Shelving:
    """Where to put a book that somebody has in hand."""

    def look_up(self, query: Query[Page[T]]) -> list[T]:
        """The rows that a query finds; none for who may not ask."""
        raise NotImplementedError

    def hold_shelf(self, user_id: UUID | None, until: date | None) -> list[str]:
        """For whom a book is to be put on the hold shelf, and until when; nothing, if for nobody."""
        return [_for_whom(self.name_of(user_id), until)] if user_id else []

    def put_returned(self, result: BookReturned) -> list[str]:
        """Where to put a book that has been taken back; nothing, if to its shelf."""
        if result.book_status == Book.Status.WITHDRAWN:
            return [_("Withdrawn: not to its shelf. Restore it first, if it is in use again.")]
        return self.hold_shelf(result.reserved_for_user_id, result.held_until)

    def hold_shelf_now(self, book_id: UUID) -> list[str]:
        """The same, of a book of which the answer to the task does not say it."""
        return [self._place(book) for book in self.file_of(book_id) if _on_hold(book)]

    def put_away(self, book_id: UUID) -> list[str]:
        """Where to put a book that is on the hold shelf, for somebody who wants it no longer."""
        return [
            _("“{title}”, {barcode}: {place}").format(title=book.title, barcode=book.barcode, place=self._place(book))
            for book in self.file_of(book_id)
        ]

    def fetch_from_shelf(self, book_id: UUID, user_name: str) -> list[str]:
        """Which book to fetch from its shelf, and for whom."""
        message = _("Fetch from its shelf “{title}”, {barcode}.")
        return [
            sentences(message.format(title=book.title, barcode=book.barcode), _for_whom(user_name, book.held_until))
            for book in self.file_of(book_id)
        ]

    def fetch_all(self, book_ids: Iterable[UUID]) -> list[str]:
        """The same of several books, each with for whom it is."""
        found = [book for book_id in islice(book_ids, MOST_NAMED) for book in self.file_of(book_id)]
        named = [(book.id, self.name_of(book.reserved_for_user_id, book.reserved_for_name)) for book in found]
        return [text for book_id, name in named for text in self.fetch_from_shelf(book_id, name)]

    def passed_over(self, user_ids: Iterable[UUID]) -> str:
        """Whose turn it was, and who keeps the place in the queue, being suspended; empty, if nobody."""
        names = ", ".join(self.name_of(user_id) for user_id in islice(user_ids, MOST_NAMED))
        message = _("Passed over in the queue: {names}. The place is kept.")
        return message.format(names=names) if names else ""

    def loss_of(self, book_id: UUID, resolved_for: UUID | None = None) -> str:
        """Whose loss of a book stands, or has just been resolved, and since when; empty, if nobody's."""
        past = self.look_up(GetBookHistory(book_id=book_id))
        lost = [each for each in past if each.ending == PastLoan.Ending.MISSING]
        said = [each for each in lost if each.resolved_at is None or each.user_id == resolved_for]
        return loss_in_words(said[0].user_name, said[0].ended_at) if said else ""

    def file_of(self, book_id: UUID) -> list[BookFile]:
        """What is known of a book, for who may know it."""
        return self.look_up(GetBookFile(book_id=book_id))

    def name_of(self, user_id: UUID | None, known: str | None = None) -> str:
        """Who it is, and whether suspended; the name that is `known`, for who may not look people up."""
        found: list[Any] = self.look_up(SearchUsers(q=str(user_id))) if user_id else []
        return _name_and_suspension(found[0]) if found else known or _("somebody")

    def _place(self, book: BookFile) -> str:
        if not _on_hold(book):
            return _("back to its shelf")
        name = self.name_of(book.reserved_for_user_id, book.reserved_for_name)
        return _for_whom(name, book.held_until)

    def waiting_reservations(self, book_id: UUID) -> list[ReservationInQueue]:
        """Who waits for the title of a book with a copy on the hold shelf."""
        return [row for row in self.look_up(GetReservationQueue(book_id=book_id)) if row.state == WAITING]

    def effects_on_waiting(self, before: list[ReservationInQueue], book_id: UUID) -> list[str]:
        """What is to be done about those who waited `before` the book went its way."""
        if not before:
            return []
        now = {row.id: row for row in self.look_up(GetReservationQueue(book_id=book_id))}
        effects = [text for row in before for text in self._effects_on(row, now.get(row.id), book_id)]
        return list(dict.fromkeys(effects))  # one copy may go from one to another

    def _effects_on(self, before: ReservationInQueue, now: ReservationInQueue | None, book_id: UUID) -> list[str]:
        copies = [before.waiting_book_id, now and now.waiting_book_id]
        if copies[0] == copies[1]:
            return []
        texts = [place for copy in copies if copy and copy != book_id for place in self.put_away(copy)]
        if now and not now.waiting_book_id:
            first = _("First in the queue again: {name}")
            texts.append(first.format(name=self.name_of(now.user_id, now.user_name)))
        return texts


class ShelvingView(Shelving, TaskView):
    """A task after which somebody has a book in hand."""

    def look_up(self, query: Query[Page[T]]) -> list[T]:
        return TaskView.look_up(self, query)


class QueueView(ShelvingView):
    """A task about `book_id` that may take a copy from whom it waits for: what became of the others is said."""

    waiting_before: list[ReservationInQueue]

    def dispatch_form(self, form: TaskForm) -> str | None:
        self.waiting_before = self.waiting_reservations(form.picked("book_id").id)
        return super().dispatch_form(form)

    def warnings(self, form: Any, result: Any) -> list[str]:
        return self.effects_on_waiting(self.waiting_before, result.book_id)


def _on_hold(book: BookFile) -> bool:
    return book.status == Book.Status.ON_HOLD


def _for_whom(name: str, until: date | None) -> str:
    if until is None:
        return _("Hold shelf: for {name}").format(name=name)
    return _("Hold shelf: for {name}, until {day}").format(name=name, day=long_date(until))


def _name_and_suspension(user: Any) -> str:
    is_suspended = user.status == LibraryUser.Status.SUSPENDED
    return _("{name} (suspended)").format(name=user.name) if is_suspended else str(user.name)


def links_to_borrower(book: FoundBook) -> list[tuple[str, str, dict[str, Any]]]:
    """The page of who had the book, if anybody had."""
    known = book.borrower_id and book.borrower_name
    return [(str(book.borrower_name), "get_user_file", {"user_id": book.borrower_id})] if known else []
