"""What operations and refusals are called where people read: on pages, in the journal, among the permissions."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: "dict[str, StrOrPromise]" = {
    "AddCopies": _("Add copies"),
    "AddNewBook": _("Add new book"),
    "BorrowBook": _("Borrow book"),
    "CancelReservation": _("Cancel reservation"),
    "ChangeContact": _("Change contact"),
    "CorrectBook": _("Correct book"),
    "EndSuspensions": _("End suspensions"),
    "ExpireReservations": _("Expire reservations"),
    "GetBookFile": _("Book"),
    "GetBookHistory": _("Book history"),
    "GetBookLabels": _("Book labels"),
    "GetBooksByAuthor": _("Books by author"),
    "GetBorrowedBooksByUser": _("Borrowed books by person"),
    "GetCardLabels": _("Card labels"),
    "GetHoldShelf": _("Hold shelf"),
    "GetJournal": _("Journal"),
    "GetLoansDue": _("Loans due"),
    "GetLoansOverTime": _("Loans and returns"),
    "GetMissingBooks": _("Missing books"),
    "GetMostBorrowedBooks": _("Most borrowed"),
    "GetOverdueByAge": _("Overdue by age"),
    "GetOverdueLoans": _("Overdue loans"),
    "GetPastLoansByUser": _("Past loans by person"),
    "GetReservationQueue": _("Reservation queue"),
    "GetReservationsByUser": _("Reservations by person"),
    "GetStockByState": _("Stock by state"),
    "GetUserFile": _("Person"),
    "MoveReservation": _("Move reservation"),
    "PlaceReservation": _("Place reservation"),
    "RegisterUser": _("Register person"),
    "ReinstateUser": _("Reinstate person"),
    "RenewLoan": _("Renew loan"),
    "ReportFoundBook": _("Report found book"),
    "ReportMissingBook": _("Report missing book"),
    "RestoreBook": _("Restore book"),
    "ReturnBook": _("Return book"),
    "SearchAuthors": _("Search authors"),
    "SearchBooks": _("Search books"),
    "SearchUsers": _("Search people"),
    "SetCalendarException": _("Set calendar exception"),
    "SuspendUser": _("Suspend person"),
    "VerifyUser": _("Verify person"),
    "WithdrawBook": _("Withdraw book"),
}
"""The titles of the operations, by their names."""

REFUSALS: "dict[str, StrOrPromise]" = {
    "barcode_taken": _("The barcode is on something else"),
    "book_already_in_catalogue": _("The library has the book already"),
    "book_already_missing": _("The book is reported missing already"),
    "book_already_withdrawn": _("The book is withdrawn already"),
    "book_in_use": _("The book is on loan or on hold"),
    "book_not_available": _("The book is not available"),
    "book_not_missing": _("The book is not missing"),
    "book_not_on_loan": _("The book is not on loan"),
    "book_not_withdrawn": _("The book is not withdrawn"),
    "book_on_loan": _("The book is on loan"),
    "book_reserved": _("Somebody else waits for the book"),
    "book_withdrawn": _("The book is withdrawn"),
    "conflict": _("Somebody else changed the same thing"),
    "email_already_registered": _("The e-mail address is somebody else’s"),
    "idempotency_key_reused": _("The key was used for another request"),
    "invalid": _("The entries could not be understood"),
    "last_copy_reserved": _("People wait for the last copy"),
    "library_never_opens": _("The library is not open on any day to come"),
    "loan_limit_reached": _("The person has as many books as the library lends"),
    "not_found": _("The library has nothing of this kind"),
    "overdue_limit_reached": _("The person has too many books overdue"),
    "permission_denied": _("The permission is lacking"),
    "renewal_limit_reached": _("The loan has been renewed too often"),
    "renewal_moves_nothing": _("Renewing would change nothing"),
    "reservation_ended": _("The reservation has ended"),
    "reservation_waits": _("A copy waits already"),
    "reservations_clash": _("Somebody who waits has, or waits for, the other title"),
    "still_referenced": _("Something refers to it"),
    "title_already_borrowed": _("The person has a copy of the title"),
    "title_already_reserved": _("The person waits for the title already"),
    "user_already_suspended": _("The person is suspended already"),
    "user_not_suspended": _("The person is not suspended"),
    "user_suspended": _("The person is suspended"),
}
"""Why something was refused, in short, by the codes of the refusals."""

SYSTEM_ACTORS: "dict[str, StrOrPromise]" = {
    "system:cli": _("the command line"),
    "system:lambda": _("the library’s clock"),
}
"""What acts for the library itself, by the names of the actors."""

SOURCES: "dict[str, StrOrPromise]" = {
    "admin": _("in the admin"),
    "cli": _("on the command line"),
    "html": _("on a page"),
    "lambda": _("by an event"),
    "rest": _("by a program"),
}
"""How requests come in, by their sources."""


def refusal_name(code: str) -> str:
    """Why something was refused; of a code that is no longer in use, the code."""
    return str(REFUSALS.get(code, code))


def override_name(code: str) -> str:
    """What the permission to override a refusal is called."""
    return str(_("Override: {refusal}")).format(refusal=refusal_name(code))
