"""The page of a person, and the page of a book: all that is known of them."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from catalog.commands import AddCopies
from catalog.forms.lists import CursorForm
from catalog.forms.picks import BookPick
from catalog.models import Book
from catalog.queries import SearchBooks
from catalog.views.labels import GetBookLabelsView
from circulation.commands import (
    BorrowBook,
    ChangeContact,
    CorrectBook,
    PlaceReservation,
    ReinstateUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.forms.picks import UserPick
from circulation.models import LibraryUser
from circulation.queries import GetBookFile, GetJournal, GetUserFile
from circulation.queries.get_book_file import BookFile
from circulation.queries.get_user_file import UserFile
from circulation.states import WAITING
from circulation.views.lists import (
    GetBookHistoryView,
    GetBorrowedBooksByUserView,
    GetCardLabelsView,
    GetJournalView,
    GetPastLoansByUserView,
    GetReservationQueueView,
    GetReservationsByUserView,
)
from circulation.views.undoing import undoing_task
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_of
from library_site.html.file_views import FIRST_ROWS, FileView, Section
from library_site.html.links import Link, task_url
from library_site.html.pages import Group, page

Tasks = tuple[type[Message[Any]], ...]

TASKS_OF_BOOK: dict[str, Tasks] = {
    Book.Status.AVAILABLE: (BorrowBook, PlaceReservation, ReportMissingBook, WithdrawBook),
    Book.Status.BORROWED: (ReturnBook, RenewLoan, PlaceReservation, ReportMissingBook),
    Book.Status.ON_HOLD: (BorrowBook, PlaceReservation, ReportMissingBook, WithdrawBook),
    Book.Status.MISSING: (ReportFoundBook, PlaceReservation, WithdrawBook),
    Book.Status.WITHDRAWN: (RestoreBook,),
}
TASKS_OF_USER: dict[str, Tasks] = {
    LibraryUser.Status.NOT_VERIFIED: (VerifyUser, BorrowBook, PlaceReservation, SuspendUser),
    LibraryUser.Status.VERIFIED: (BorrowBook, PlaceReservation, SuspendUser),
    LibraryUser.Status.SUSPENDED: (ReinstateUser,),
}


@page("person", group=Group.PEOPLE, place=10, purpose=_("Standing, books, reservations"))
class GetUserFileView(FileView):
    form_class = CursorForm.of(GetUserFile, user_id=UserPick())
    template_name = "person.html"
    empty = _("The library knows nobody of this kind.")
    subject = "user_id"
    lists = {
        gettext_noop("Borrowed books"): GetBorrowedBooksByUserView,
        gettext_noop("Reservations"): GetReservationsByUserView,
        gettext_noop("Past loans"): GetPastLoansByUserView,
        gettext_noop("Journal"): GetJournalView,
    }

    def heading(self, row: UserFile) -> str:
        return row.name

    def sections(self, row: UserFile) -> list[Section]:
        """First what is on the hold shelf for the person: it is to be fetched now."""
        sections = super().sections(row)
        waiting = [section for section in map(_waiting, sections) if section.rows]
        return [*waiting, *(_not_waiting(section) for section in sections if not _all_wait(section))]

    def tasks(self, row: UserFile) -> Tasks:
        return (*TASKS_OF_USER[row.status], ChangeContact, GetJournal)

    def _links(self, row: UserFile) -> Iterator[Link]:
        if self.context().actor.may(operation_of(BorrowBook).permission):
            yield Link(gettext("To the desk"), task_url("desk", user_id=row.id))
        yield from super()._links(row)
        yield from GetCardLabelsView.links_to(self.context(), row.barcode)


@page("book", group=Group.CATALOGUE, place=20, purpose=_("Where it is, who waits, who had it"))
class GetBookFileView(FileView):
    form_class = CursorForm.of(GetBookFile, book_id=BookPick())
    template_name = "book.html"
    empty = _("The library has no such book.")
    subject = "book_id"
    lists = {
        gettext_noop("Who waits for it"): GetReservationQueueView,
        gettext_noop("Who has had it"): GetBookHistoryView,
        gettext_noop("Journal"): GetJournalView,
    }

    def heading(self, row: BookFile) -> str:
        return row.title

    def sections(self, row: BookFile) -> list[Section]:
        """The queue, then the other copies of the title."""
        sections = super().sections(row)
        return [*sections[:1], *self._other_copies(row), *sections[1:]]

    def _other_copies(self, row: BookFile) -> list[Section]:
        found = self.look_up(SearchBooks(q=row.isbn, page_size=FIRST_ROWS + 1)) if row.isbn else []
        others = [copy for copy in found if copy.id != row.id][:FIRST_ROWS]
        more_url = task_url("search_books", q=row.isbn) if len(found) > FIRST_ROWS else None
        return [Section(gettext("Other copies"), "tables/copies.html", "", others, more_url)] if others else []

    def tasks(self, row: BookFile) -> Tasks:
        return (*TASKS_OF_BOOK[row.status], *undoing_task(row), AddCopies, CorrectBook, GetJournal)

    def _links(self, row: BookFile) -> Iterator[Link]:
        yield from super()._links(row)
        yield from GetBookLabelsView.links_to(self.context(), row.barcode)


def _waiting(section: Section) -> Section:
    """Of a list of reservations, the copies on the hold shelf; nothing of any other list."""
    rows = [row for row in section.rows if getattr(row, "state", None) == WAITING]
    return section._replace(title=gettext("On the hold shelf"), rows=rows, more_url=None)


def _not_waiting(section: Section) -> Section:
    return section._replace(rows=[row for row in section.rows if getattr(row, "state", None) != WAITING])


def _all_wait(section: Section) -> bool:
    return bool(section.rows) and not _not_waiting(section).rows
