"""Forms of lending, and of books that are missing."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.picks import BookPick
from catalog.models import Book
from circulation.commands import BorrowBook, RenewLoan, ReportFoundBook, ReportMissingBook, ReturnBook
from circulation.forms.picks import UserPick
from circulation.models import LibraryUser
from circulation.queries import GetReservationsByUser
from library_site.cqrs import Remedy, dispatch
from library_site.cqrs.operations import operation_of
from library_site.html.forms import TaskForm


class BorrowBookForm(TaskForm):
    message = BorrowBook
    about: ClassVar = {
        "book_not_available": "book_id",
        "book_reserved": "book_id",
        "library_never_opens": "book_id",
        "user_suspended": "user_id",
        "loan_limit_reached": "user_id",
        "overdue_limit_reached": "user_id",
    }
    on_demand: ClassVar = {"report_found": forms.CheckboxInput}

    user_id = UserPick(label=_("Who borrows"))
    book_id = BookPick(wanted=("AVAILABLE",), interchangeable=True)
    report_found = forms.BooleanField(
        label=_("Report it found first"),
        required=False,
        widget=forms.HiddenInput,
        help_text=_("The book was missing, and you have it in hand."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(BookPick, self.fields["book_id"]).meant = self._waiting_copies

    def _waiting_copies(self) -> set[UUID | None]:
        """The copies on the hold shelf for who borrows: an ISBN that is scanned means such a one."""
        user = self.picked("user_id")
        if user is None or not self.context.actor.may(operation_of(GetReservationsByUser).permission):
            return set()
        return {row.waiting_book_id for row in dispatch(GetReservationsByUser(user_id=user.id), self.context).rows}

    def see_also(self, code: str) -> list[Remedy]:
        user, book = self.picked("user_id"), self.picked("book_id")
        is_out = book.status == Book.Status.BORROWED and book.borrower_id != user.id
        wait = [Remedy("PlaceReservation", {"user_id": user.id, "book_id": book.id})] if is_out else []
        person = Remedy("GetUserFile", {"user_id": user.id})
        verify = [Remedy("VerifyUser", {"user_id": user.id})] if user.status == LibraryUser.Status.NOT_VERIFIED else []
        return {
            "book_not_available": wait,
            "user_suspended": [Remedy("ReinstateUser", {"user_id": user.id})],
            "loan_limit_reached": [person, *verify],
            "overdue_limit_reached": [person],
            "book_reserved": [Remedy("GetReservationQueue", {"book_id": book.id})],
        }.get(code, [])


class ReturnBookForm(TaskForm):
    message = ReturnBook

    book_id = BookPick(wanted=("BORROWED", "MISSING"))


class RenewLoanForm(TaskForm):
    message = RenewLoan

    book_id = BookPick(wanted=("BORROWED",))

    def see_also(self, code: str) -> list[Remedy]:
        book = self.picked("book_id")
        return {
            "user_suspended": [Remedy("ReinstateUser", {"user_id": book.borrower_id})] if book.borrower_id else [],
            "renewal_limit_reached": [Remedy("ReturnBook", {"book_id": book.id})],
            "book_reserved": [Remedy("GetReservationQueue", {"book_id": book.id})],
        }.get(code, [])


class ReportMissingBookForm(TaskForm):
    message = ReportMissingBook
    shows_first = "book_id"

    book_id = BookPick(wanted=("AVAILABLE", "BORROWED", "ON_HOLD"))


class ReportFoundBookForm(TaskForm):
    message = ReportFoundBook

    book_id = BookPick(wanted=("MISSING",))
