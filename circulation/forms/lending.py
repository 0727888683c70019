"""Forms of lending, and of books that are missing."""

from typing import ClassVar

from django import forms

from catalog.forms import BookPick
from circulation.commands import BorrowBook, RenewLoan, ReportFoundBook, ReportMissingBook, ReturnBook
from circulation.forms.picks import UserPick
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

    user_id = UserPick(label="Who borrows")
    book_id = BookPick(wanted=("AVAILABLE",), interchangeable=True)
    report_found = forms.BooleanField(
        label="Report it found first",
        required=False,
        widget=forms.HiddenInput,
        help_text="The book was missing, and you have it in hand.",
    )


class ReturnBookForm(TaskForm):
    message = ReturnBook

    book_id = BookPick(wanted=("BORROWED", "MISSING"))


class RenewLoanForm(TaskForm):
    message = RenewLoan

    book_id = BookPick(wanted=("BORROWED",))


class ReportMissingBookForm(TaskForm):
    message = ReportMissingBook

    book_id = BookPick(wanted=("AVAILABLE", "BORROWED", "ON_HOLD"))


class ReportFoundBookForm(TaskForm):
    message = ReportFoundBook

    book_id = BookPick(wanted=("MISSING",))
