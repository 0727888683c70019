"""The page of a person, and the page of a book: all that is known of them."""

from collections.abc import Iterator
from typing import Any

from catalog.commands import AddCopies
from catalog.models import Book
from catalog.views import GetBookLabelsView
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
from circulation.forms.lists import GetBookFileForm, GetUserFileForm
from circulation.models import LibraryUser
from circulation.queries import GetJournal
from circulation.queries.get_book_file import BookFile
from circulation.queries.get_user_file import UserFile
from circulation.views.lists import (
    GetBookHistoryView,
    GetBorrowedBooksByUserView,
    GetCardLabelsView,
    GetPastLoansByUserView,
    GetReservationQueueView,
    GetReservationsByUserView,
)
from library_site.cqrs.file_views import FileView
from library_site.cqrs.links import Link
from library_site.cqrs.messages import Message

Tasks = tuple[type[Message[Any]], ...]

OF_BOOK: dict[str, Tasks] = {
    Book.Status.AVAILABLE: (BorrowBook, PlaceReservation, ReportMissingBook, WithdrawBook),
    Book.Status.BORROWED: (ReturnBook, RenewLoan, PlaceReservation, ReportMissingBook),
    Book.Status.ON_HOLD: (BorrowBook, PlaceReservation, ReportMissingBook, WithdrawBook),
    Book.Status.MISSING: (ReportFoundBook, PlaceReservation, WithdrawBook),
    Book.Status.WITHDRAWN: (RestoreBook,),
}
OF_USER: dict[str, Tasks] = {
    LibraryUser.Status.NOT_VERIFIED: (VerifyUser, BorrowBook, PlaceReservation, SuspendUser),
    LibraryUser.Status.VERIFIED: (BorrowBook, PlaceReservation, SuspendUser),
    LibraryUser.Status.SUSPENDED: (ReinstateUser,),
}


class GetUserFileView(FileView):
    form_class = GetUserFileForm
    template_name = "person.html"
    title = "Person"
    empty = "The library knows nobody of this kind."
    subject = "user_id"
    lists = {
        "Borrowed books": GetBorrowedBooksByUserView,
        "Reservations": GetReservationsByUserView,
        "Past loans": GetPastLoansByUserView,
    }

    def heading(self, row: UserFile) -> str:
        return row.name

    def tasks(self, row: UserFile) -> Tasks:
        return (*OF_USER[row.status], ChangeContact, GetJournal)

    def _links(self, row: UserFile) -> Iterator[Link]:
        yield from super()._links(row)
        yield from GetCardLabelsView.links_to(self.context(), row.barcode)


class GetBookFileView(FileView):
    form_class = GetBookFileForm
    template_name = "book.html"
    title = "Book"
    empty = "The library has no such book."
    subject = "book_id"
    lists = {"Who waits for it": GetReservationQueueView, "Who has had it": GetBookHistoryView}

    def heading(self, row: BookFile) -> str:
        return row.title

    def tasks(self, row: BookFile) -> Tasks:
        return (*OF_BOOK[row.status], AddCopies, CorrectBook, GetJournal)

    def _links(self, row: BookFile) -> Iterator[Link]:
        yield from super()._links(row)
        yield from GetBookLabelsView.links_to(self.context(), row.barcode)
