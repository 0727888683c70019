"""Pages of lists."""

from django.utils.translation import gettext_lazy as _

from circulation.forms.lists import (
    GetBookHistoryForm,
    GetBorrowedBooksByUserForm,
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
from library_site.cqrs.views import PickView, QueryView


class SearchUsersView(QueryView):
    form_class = SearchUsersForm
    table = "tables/people.html"
    empty = _("Nobody matches. Type the first letters of one or more words of the name or e-mail address.")


class GetBorrowedBooksByUserView(QueryView):
    form_class = GetBorrowedBooksByUserForm
    table = "tables/borrowed_books.html"
    empty = _("This person has no book on loan.")


class GetReservationsByUserView(QueryView):
    form_class = GetReservationsByUserForm
    table = "tables/reservations.html"
    empty = _("This person waits for nothing.")


class GetPastLoansByUserView(QueryView):
    form_class = GetPastLoansByUserForm
    table = "tables/past_loans.html"
    empty = _("This person has brought nothing back yet.")


class GetBookHistoryView(QueryView):
    form_class = GetBookHistoryForm
    table = "tables/history.html"
    empty = _("Nobody has had this book before.")


class GetReservationQueueView(QueryView):
    form_class = GetReservationQueueForm
    table = "tables/queue.html"
    empty = _("Nobody waits for this title.")


class GetHoldShelfView(QueryView):
    form_class = GetHoldShelfForm
    table = "tables/hold_shelf.html"
    empty = _("The hold shelf is empty.")


class GetMissingBooksView(QueryView):
    form_class = GetMissingBooksForm
    table = "tables/missing_books.html"
    empty = _("No book is missing.")


class GetOverdueLoansView(QueryView):
    form_class = GetOverdueLoansForm
    table = "tables/loans.html"
    empty = _("No book is overdue.")


class GetLoansDueView(QueryView):
    form_class = GetLoansDueForm
    table = "tables/loans.html"
    lead = _("Today, unless you choose other days.")
    empty = _("No book is due then.")


class GetJournalView(QueryView):
    form_class = GetJournalForm
    table = "tables/journal.html"
    lead = _("Who did what, the newest at the top.")
    empty = _("The journal has no such entry.")


class PickUser(PickView):
    field = UserPick


class PickReservation(PickView):
    field = ReservationPick
