"""The page of a person, and the page of a book: all that is known of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.commands import AddCopies
from catalog.models import Book
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
    GetPastLoansByUserView,
    GetReservationQueueView,
    GetReservationsByUserView,
)
from library_site.cqrs.file_views import FileView
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
    empty = _("The library knows nobody of this kind.")
    subject = "user_id"
    lists = {
        gettext_noop("Borrowed books"): GetBorrowedBooksByUserView,
        gettext_noop("Reservations"): GetReservationsByUserView,
        gettext_noop("Past loans"): GetPastLoansByUserView,
    }

    def heading(self, row: UserFile) -> str:
        return row.name

    def tasks(self, row: UserFile) -> Tasks:
        return (*OF_USER[row.status], ChangeContact, GetJournal)


class GetBookFileView(FileView):
    form_class = GetBookFileForm
    template_name = "book.html"
    empty = _("The library has no such book.")
    subject = "book_id"
    lists = {
        gettext_noop("Who waits for it"): GetReservationQueueView,
        gettext_noop("Who has had it"): GetBookHistoryView,
    }

    def heading(self, row: BookFile) -> str:
        return row.title

    def tasks(self, row: BookFile) -> Tasks:
        return (*OF_BOOK[row.status], AddCopies, CorrectBook, GetJournal)
