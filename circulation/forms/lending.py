"""Forms of lending, and of books that are missing."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import BookPick
from circulation.commands import BorrowBook, RenewLoan, ReportFoundBook, ReportMissingBook, ReturnBook
from circulation.forms.picks import UserPick
from circulation.models import LibraryUser
from library_site.cqrs import Remedy
from library_site.cqrs.forms import TaskForm


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

    def see_also(self, code: str) -> list[Remedy]:
        user, book = self.picked("user_id"), self.picked("book_id")
        person = Remedy("GetUserFile", {"user_id": user.id})
        verify = [Remedy("VerifyUser", {"user_id": user.id})] if user.status == LibraryUser.Status.NOT_VERIFIED else []
        return {
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

    book_id = BookPick(wanted=("AVAILABLE", "BORROWED", "ON_HOLD"))


class ReportFoundBookForm(TaskForm):
    message = ReportFoundBook

    book_id = BookPick(wanted=("MISSING",))
