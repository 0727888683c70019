"""HTML forms of circulation's tasks. Adapter: they translate, nothing else."""

from typing import Any, ClassVar

from django import forms

from catalog.forms import BookPick, CursorForm, search_field
from catalog.models import MAX_NAME
from circulation.commands import (
    BorrowBook,
    RegisterUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    ReturnBook,
    VerifyUser,
)
from circulation.models import MAX_EMAIL
from circulation.queries import GetBorrowedBooksByUser, GetMissingBooks, SearchUsers
from library_site.cqrs import Context, dispatch
from library_site.cqrs.forms import CHOICES, Pick, TaskForm


class UserPick(Pick):
    """A person, by letters of the name or e-mail address."""

    kind = "user"

    def __init__(self, **kwargs: Any) -> None:
        texts = {"label": "Person", "help_text": "Type first letters of the name or e-mail address."}
        super().__init__(error_messages={"required": "Choose a person."}, **texts | kwargs)

    def search(self, typed: str, context: Context) -> list[Any]:
        return dispatch(SearchUsers(q=typed, page_size=CHOICES), context).rows


class BorrowBookForm(TaskForm):
    message = BorrowBook
    about: ClassVar = {
        "book_not_available": "book_id",
        "user_suspended": "user_id",
        "loan_limit_reached": "user_id",
    }

    user_id = UserPick(label="Who borrows")
    book_id = BookPick(wanted=("AVAILABLE",), interchangeable=True)


class ReturnBookForm(TaskForm):
    message = ReturnBook

    book_id = BookPick(wanted=("BORROWED", "MISSING"))


class RenewLoanForm(TaskForm):
    message = RenewLoan
    about: ClassVar = {
        "book_not_on_loan": "book_id",
        "renewal_limit_reached": "book_id",
        "user_suspended": "book_id",
    }

    book_id = BookPick(wanted=("BORROWED",))


class ReportMissingBookForm(TaskForm):
    message = ReportMissingBook
    about: ClassVar = {"book_already_missing": "book_id"}

    book_id = BookPick(wanted=("AVAILABLE", "BORROWED"))


class ReportFoundBookForm(TaskForm):
    message = ReportFoundBook
    about: ClassVar = {"book_not_missing": "book_id"}

    book_id = BookPick(wanted=("MISSING",))


class RegisterUserForm(TaskForm):
    message = RegisterUser
    about: ClassVar = {"email_already_registered": "email"}

    name = forms.CharField(max_length=MAX_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="E-mail", max_length=MAX_EMAIL, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class VerifyUserForm(TaskForm):
    message = VerifyUser
    about: ClassVar = {"user_suspended": "user_id"}

    user_id = UserPick()


class GetBorrowedBooksByUserForm(CursorForm):
    message = GetBorrowedBooksByUser

    user_id = UserPick()


class GetMissingBooksForm(CursorForm):
    message = GetMissingBooks


class SearchUsersForm(CursorForm):
    message = SearchUsers

    q = search_field("Search people", "First letters of the name or e-mail address.")
