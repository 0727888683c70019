"""Pages of lists."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.forms.lists import CursorForm
from catalog.forms.picks import BookPick, barcode_doubt
from catalog.policies import BarcodeKind
from catalog.views.labels import LabelsView
from circulation.domain.words import overdue_days
from circulation.forms.lists import (
    GetCardLabelsForm,
    GetJournalForm,
    GetLoansDueForm,
    GetOverdueLoansForm,
    SearchUsersForm,
)
from circulation.forms.picks import ReservationPick, UserPick
from circulation.models import LibraryUser
from circulation.queries import (
    GetBookHistory,
    GetBorrowedBooksByUser,
    GetHoldShelf,
    GetMissingBooks,
    GetPastLoansByUser,
    GetReservationQueue,
    GetReservationsByUser,
)
from circulation.queries.get_card_labels import CardLabel
from circulation.queries.search_users import FoundUser
from circulation.reading.open_loans import OpenLoan
from library_site.cqrs import Page
from library_site.cqrs.texts import sentences
from library_site.html.links import Link
from library_site.html.lists import ListView, QueryView
from library_site.html.pages import Group, page
from library_site.html.picks import PickView


@page("search-users", group=Group.PEOPLE, place=20, name=_("People"), purpose=_("Find somebody"))
class SearchUsersView(ListView):
    form_class = SearchUsersForm
    table = "tables/people.html"
    many = ("verify_user", "get_card_labels")
    columns = {
        "name": _("Name"),
        "email": _("E-mail"),
        "barcode": _("Library card"),
        "status": _("Status"),
        "suspended_until": _("Suspended until"),
    }

    def value(self, row: FoundUser, name: str) -> Any:
        return LibraryUser.Status(row.status).label if name == "status" else super().value(row, name)

    empty = _("Nobody matches. Type the first letters of one or more words of the name or e-mail address.")

    def text_if_empty(self, form: SearchUsersForm) -> str:
        if form.cleaned_data["recent"]:
            return gettext("Nobody is registered yet.")
        doubt = barcode_doubt(BarcodeKind.CARD, form.cleaned_data["q"])
        return str(doubt.message) if doubt else str(self.empty)

    def links_if_empty(self, form: SearchUsersForm) -> list[Link]:
        return self.task_links((gettext("Register"), "register_user", {}))

    def exact_match_url(self, form: SearchUsersForm, page: Page[FoundUser]) -> str | None:
        return self.barcode_match_url("get_user_file", "user_id", form.cleaned_data["q"], page)


@page("card-labels", group=Group.PEOPLE, place=60, purpose=_("Barcodes to print, for library cards"))
class GetCardLabelsView(LabelsView):
    form_class = GetCardLabelsForm
    lead = _("Barcodes to stick on library cards. People who registered one after the other have consecutive numbers.")
    empty = _("No library card has one of these barcodes.")

    def texts(self, row: CardLabel) -> tuple[str, str]:
        return row.name, ""


@page(
    "borrowed-books",
    group=Group.LENDING,
    place=40,
    name=_("Borrowed books"),
    purpose=_("What a person has, and until when"),
)
class GetBorrowedBooksByUserView(QueryView):
    form_class = CursorForm.of(GetBorrowedBooksByUser, user_id=UserPick())
    table = "tables/borrowed_books.html"
    empty = _("This person has no book on loan.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((gettext("Lend"), "borrow_book", {"user_id": form.cleaned_data["user_id"]}))


@page("reservations-by-person", group=Group.RESERVATIONS, place=60, purpose=_("What somebody waits for"))
class GetReservationsByUserView(QueryView):
    form_class = CursorForm.of(GetReservationsByUser, user_id=UserPick())
    table = "tables/reservations.html"
    empty = _("This person waits for nothing.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((gettext("Reserve"), "place_reservation", {"user_id": form.cleaned_data["user_id"]}))


@page(
    "past-loans-by-person",
    group=Group.LISTS,
    place=30,
    name=_("Past loans"),
    purpose=_("What a person has brought back"),
)
class GetPastLoansByUserView(QueryView):
    form_class = CursorForm.of(GetPastLoansByUser, user_id=UserPick())
    table = "tables/past_loans.html"
    empty = _("This person has brought nothing back yet.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        chosen = {"user_id": form.cleaned_data["user_id"]}
        return self.task_links((gettext("Borrowed books"), "get_borrowed_books_by_user", chosen))


@page("book-history", group=Group.LISTS, place=40, purpose=_("Who has had a book"))
class GetBookHistoryView(QueryView):
    form_class = CursorForm.of(GetBookHistory, book_id=BookPick())
    table = "tables/history.html"
    empty = _("Nobody has had this book before.")


@page("reservation-queue", group=Group.RESERVATIONS, place=50, name=_("Queue"), purpose=_("Who waits for a title"))
class GetReservationQueueView(QueryView):
    form_class = CursorForm.of(
        GetReservationQueue, book_id=BookPick(label=_("Any copy of the title"), interchangeable=True)
    )
    table = "tables/queue.html"
    empty = _("Nobody waits for this title.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((gettext("Reserve"), "place_reservation", {"book_id": form.cleaned_data["book_id"]}))


@page("hold-shelf", group=Group.RESERVATIONS, place=40, purpose=_("What waits there, and for whom"))
class GetHoldShelfView(QueryView):
    form_class = CursorForm.of(GetHoldShelf)
    table = "tables/hold_shelf.html"
    empty = _("The hold shelf is empty.")

    def text_if_empty(self, form: CursorForm) -> str:
        how = gettext("A copy comes here when a book that somebody waits for is returned.")
        return sentences(str(self.empty), how)

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((gettext("Return"), "return_book", {}), (gettext("Reserve"), "place_reservation", {}))


@page("missing-books", group=Group.MISSING_BOOKS, place=30, purpose=_("What to look for on the shelves"))
class GetMissingBooksView(ListView):
    form_class = CursorForm.of(GetMissingBooks)
    table = "tables/missing_books.html"
    many = ("report_found_book", "withdraw_book")
    columns = {"title": _("Title"), "author_name": _("Author"), "isbn": _("ISBN")}
    empty = _("No book is missing.")

    def text_if_empty(self, form: CursorForm) -> str:
        how = gettext("What cannot be found is reported, and then looked for by this list.")
        return sentences(str(self.empty), how)

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((gettext("Report missing"), "report_missing_book", {}))


class LoansView(ListView):
    """Books on loan, by when they are due."""

    table = "tables/loans.html"
    many = ("renew_loan",)
    columns = {
        "title": _("Title"),
        "author_name": _("Author"),
        "barcode": _("Barcode"),
        "user_name": _("Who has it"),
        "user_email": _("E-mail"),
        "due_on": _("Due"),
        "days_late": _("Days overdue"),
        "renewals": _("Renewed"),
    }

    def value(self, row: OpenLoan, name: str) -> Any:
        return overdue_days(row.due_on, timezone.localdate()) if name == "days_late" else super().value(row, name)


@page("overdue-loans", group=Group.LISTS, place=10, name=_("Overdue"), purpose=_("What should be back by now"))
class GetOverdueLoansView(LoansView):
    form_class = GetOverdueLoansForm
    empty = _("No book is overdue.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((gettext("What is due today"), "get_loans_due", {}))


@page("loans-due", group=Group.LISTS, place=20, name=_("Due"), purpose=_("Today, or on other days"))
class GetLoansDueView(LoansView):
    form_class = GetLoansDueForm
    lead = _("Today, unless you choose other days.")
    empty = _("No book is due then.")

    def links_if_empty(self, form: GetLoansDueForm) -> list[Link]:
        return self.task_links((gettext("What is overdue"), "get_overdue_loans", {}))


@page("journal", group=Group.LISTS, place=50, purpose=_("Who did what"))
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
