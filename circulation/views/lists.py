"""Pages of lists."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
from circulation.queries.search_users import FoundUser
from library_site.cqrs import Page
from library_site.cqrs.texts import sentences
from library_site.html.links import Link
from library_site.html.views import PickView, QueryView


class SearchUsersView(QueryView):
    form_class = SearchUsersForm
    table = "tables/people.html"
    empty = _("Nobody matches. Type the first letters of one or more words of the name or e-mail address.")

    def links_if_empty(self, form: SearchUsersForm) -> list[Link]:
        return self.task_links((gettext("Register"), "register_user", {}))

    def exact_match_url(self, form: SearchUsersForm, page: Page[FoundUser]) -> str | None:
        return self.barcode_match_url("get_user_file", "user_id", form.cleaned_data["q"], page)


class GetCardLabelsView(LabelsView):
    form_class = GetCardLabelsForm
    lead = _("Barcodes to stick on library cards. People who registered one after the other have consecutive numbers.")
    empty = _("No library card has one of these barcodes.")

    def texts(self, row: CardLabel) -> tuple[str, str]:
        return row.name, ""


class GetBorrowedBooksByUserView(QueryView):
    form_class = GetBorrowedBooksByUserForm
    table = "tables/borrowed_books.html"
    empty = _("This person has no book on loan.")

    def links_if_empty(self, form: GetBorrowedBooksByUserForm) -> list[Link]:
        return self.task_links((gettext("Lend"), "borrow_book", {"user_id": form.cleaned_data["user_id"]}))


class GetReservationsByUserView(QueryView):
    form_class = GetReservationsByUserForm
    table = "tables/reservations.html"
    empty = _("This person waits for nothing.")

    def links_if_empty(self, form: GetReservationsByUserForm) -> list[Link]:
        return self.task_links((gettext("Reserve"), "place_reservation", {"user_id": form.cleaned_data["user_id"]}))


class GetPastLoansByUserView(QueryView):
    form_class = GetPastLoansByUserForm
    table = "tables/past_loans.html"
    empty = _("This person has brought nothing back yet.")

    def links_if_empty(self, form: GetPastLoansByUserForm) -> list[Link]:
        chosen = {"user_id": form.cleaned_data["user_id"]}
        return self.task_links((gettext("Borrowed books"), "get_borrowed_books_by_user", chosen))


class GetBookHistoryView(QueryView):
    form_class = GetBookHistoryForm
    table = "tables/history.html"
    empty = _("Nobody has had this book before.")


class GetReservationQueueView(QueryView):
    form_class = GetReservationQueueForm
    table = "tables/queue.html"
    empty = _("Nobody waits for this title.")

    def links_if_empty(self, form: GetReservationQueueForm) -> list[Link]:
        return self.task_links((gettext("Reserve"), "place_reservation", {"book_id": form.cleaned_data["book_id"]}))


class GetHoldShelfView(QueryView):
    form_class = GetHoldShelfForm
    table = "tables/hold_shelf.html"
    empty = _("The hold shelf is empty.")

    def text_if_empty(self, form: GetHoldShelfForm) -> str:
        how = gettext("A copy comes here when a book that somebody waits for is taken back.")
        return sentences(str(self.empty), how)

    def links_if_empty(self, form: GetHoldShelfForm) -> list[Link]:
        return self.task_links((gettext("Return"), "return_book", {}), (gettext("Reserve"), "place_reservation", {}))


class GetMissingBooksView(QueryView):
    form_class = GetMissingBooksForm
    table = "tables/missing_books.html"
    empty = _("No book is missing.")

    def text_if_empty(self, form: GetMissingBooksForm) -> str:
        how = gettext("What cannot be found is reported, and then looked for by this list.")
        return sentences(str(self.empty), how)

    def links_if_empty(self, form: GetMissingBooksForm) -> list[Link]:
        return self.task_links((gettext("Report missing"), "report_missing_book", {}))


class GetOverdueLoansView(QueryView):
    form_class = GetOverdueLoansForm
    table = "tables/loans.html"
    empty = _("No book is overdue.")

    def links_if_empty(self, form: GetOverdueLoansForm) -> list[Link]:
        return self.task_links((gettext("What is due today"), "get_loans_due", {}))


class GetLoansDueView(QueryView):
    form_class = GetLoansDueForm
    table = "tables/loans.html"
    lead = _("Today, unless you choose other days.")
    empty = _("No book is due then.")

    def links_if_empty(self, form: GetLoansDueForm) -> list[Link]:
        return self.task_links((gettext("What is overdue"), "get_overdue_loans", {}))


class GetJournalView(QueryView):
    form_class = GetJournalForm
    table = "tables/journal.html"
    lead = _("Who did what, the newest at the top.")
    empty = _("The journal has no such entry.")

    def links_if_empty(self, form: GetJournalForm) -> list[Link]:
        return self.task_links((gettext("The whole journal"), "get_journal", {}))


class PickUser(PickView):
    field = UserPick


class PickReservation(PickView):
    field = ReservationPick
