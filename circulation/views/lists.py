"""Pages of lists."""

from django.utils.translation import gettext_lazy

from catalog.views import LabelsView
from circulation.forms.lists import (
    GetBookHistoryForm,
    GetBorrowedBooksByUserForm,
    GetCardLabelsForm,
    GetHoldShelfForm,
    GetJournalForm,
    GetLoansDueForm,
    GetMissingBooksForm,
    GetOverdueLoansForm,
    GetPastLoansByUserForm,
    GetReservationQueueForm,
    GetReservationsByUserForm,
    SearchUsersForm,
)
from circulation.forms.picks import ReservationPick, UserPick
from circulation.queries.get_card_labels import CardLabel
from library_site.cqrs.views import PickView, QueryView


class SearchUsersView(QueryView):
    form_class = SearchUsersForm
    table = "tables/people.html"
    title = "Search people"
    empty = "Nobody matches. Type the first letters of one or more words of the name or e-mail address."


class GetCardLabelsView(LabelsView):
    form_class = GetCardLabelsForm
    title = gettext_lazy("Card labels")
    lead = gettext_lazy(
        "Barcodes to stick on library cards. People who registered one after the other have consecutive numbers."
    )
    empty = gettext_lazy("No library card has one of these barcodes.")

    def texts(self, row: CardLabel) -> tuple[str, str]:
        return row.name, ""


class GetBorrowedBooksByUserView(QueryView):
    form_class = GetBorrowedBooksByUserForm
    table = "tables/borrowed_books.html"
    title = "Borrowed books by person"
    empty = "This person has no book on loan."


class GetReservationsByUserView(QueryView):
    form_class = GetReservationsByUserForm
    table = "tables/reservations.html"
    title = "Reservations by person"
    empty = "This person waits for nothing."


class GetPastLoansByUserView(QueryView):
    form_class = GetPastLoansByUserForm
    table = "tables/past_loans.html"
    title = "Past loans by person"
    empty = "This person has brought nothing back yet."


class GetBookHistoryView(QueryView):
    form_class = GetBookHistoryForm
    table = "tables/history.html"
    title = "Book history"
    empty = "Nobody has had this book before."


class GetReservationQueueView(QueryView):
    form_class = GetReservationQueueForm
    table = "tables/queue.html"
    title = "Reservation queue"
    empty = "Nobody waits for this title."


class GetHoldShelfView(QueryView):
    form_class = GetHoldShelfForm
    table = "tables/hold_shelf.html"
    title = "Hold shelf"
    empty = "The hold shelf is empty."


class GetMissingBooksView(QueryView):
    form_class = GetMissingBooksForm
    table = "tables/missing_books.html"
    title = "Missing books"
    empty = "No book is missing."


class GetOverdueLoansView(QueryView):
    form_class = GetOverdueLoansForm
    table = "tables/loans.html"
    title = "Overdue loans"
    empty = "No book is overdue."


class GetLoansDueView(QueryView):
    form_class = GetLoansDueForm
    table = "tables/loans.html"
    title = "Loans due"
    lead = "Today, unless you choose other days."
    empty = "No book is due then."


class GetJournalView(QueryView):
    form_class = GetJournalForm
    table = "tables/journal.html"
    title = "Journal"
    lead = "Who did what, the newest at the top."
    empty = "The journal has no such entry."


class PickUser(PickView):
    field = UserPick


class PickReservation(PickView):
    field = ReservationPick
