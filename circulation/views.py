"""HTML pages of circulation's tasks. Adapter: they translate, nothing else."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from circulation.commands.borrow_book import BookBorrowed
from circulation.commands.register_user import UserRegistered
from circulation.commands.renew_loan import LoanRenewed
from circulation.commands.report_found_book import BookReportedFound
from circulation.commands.report_missing_book import BookReportedMissing
from circulation.commands.return_book import BookReturned
from circulation.commands.verify_user import UserVerified
from circulation.forms import (
    BorrowBookForm,
    GetBorrowedBooksByUserForm,
    GetMissingBooksForm,
    RegisterUserForm,
    RenewLoanForm,
    ReportFoundBookForm,
    ReportMissingBookForm,
    ReturnBookForm,
    SearchUsersForm,
    UserPick,
    VerifyUserForm,
)
from library_site.cqrs.views import PickView, QueryView, TaskView, task_url


class BorrowBookView(TaskView):
    form_class = BorrowBookForm
    title = "Borrow book"
    lead = "Lend a book to a person. The person stays chosen for the next book."
    button = "Lend"

    def success(self, form: BorrowBookForm, result: BookBorrowed) -> str:
        book, user = form.picked("book_id"), form.picked("user_id")
        return f"“{book.title}” is lent to {user.name}, due on {date_format(result.due_on, 'l, j F Y')}."

    def next_url(self, form: BorrowBookForm, result: BookBorrowed) -> str:
        return task_url("borrow_book", user_id=result.user_id)


class RenewLoanView(TaskView):
    form_class = RenewLoanForm
    title = "Renew loan"
    lead = "Let whoever has a book keep it for longer."
    button = "Renew"

    def success(self, form: RenewLoanForm, result: LoanRenewed) -> str:
        book, due_on = form.picked("book_id"), date_format(result.due_on, "l, j F Y")
        return f"“{book.title}” is renewed for {book.borrower_name or 'its borrower'}, due on {due_on}."


class ReturnBookView(TaskView):
    form_class = ReturnBookForm
    title = "Return book"
    lead = "Take any book of this library back, whatever the desk knows of it."
    button = "Take back"

    def success(self, form: ReturnBookForm, result: BookReturned) -> str:
        book = form.picked("book_id")
        if result.was_missing:
            freed = " Its borrower is no longer suspended." if result.reinstated_user_id else ""
            return f"“{book.title}” was missing and is found: it is available again.{freed}"
        if result.user_id is None:
            return f"“{book.title}” was not on loan. It is available."
        return f"“{book.title}” is back from {book.borrower_name or 'its borrower'}.{_overdue(book.due_on)}"


def _overdue(due_on: date | None) -> str:
    days = (timezone.localdate() - due_on).days if due_on else 0
    return f" It was {days} {'day' if days == 1 else 'days'} overdue." if days > 0 else ""


class ReportMissingBookView(TaskView):
    form_class = ReportMissingBookForm
    title = "Report missing book"
    lead = "A book cannot be found. If it is on loan, the loan ends and its borrower is suspended until it is found."
    button = "Report missing"

    def success(self, form: ReportMissingBookForm, result: BookReportedMissing) -> str:
        book = form.picked("book_id")
        suspended = f" {book.borrower_name or 'Its borrower'} is suspended." if result.user_id else ""
        return f"“{book.title}” is reported missing.{suspended}"


class ReportFoundBookView(TaskView):
    form_class = ReportFoundBookForm
    title = "Report found book"
    lead = "A missing book has turned up. Whoever was suspended for it alone may borrow again."
    button = "Report found"

    def success(self, form: ReportFoundBookForm, result: BookReportedFound) -> str:
        freed = " Its borrower is no longer suspended." if result.reinstated_user_id else ""
        return f"“{form.picked('book_id').title}” is found and available again.{freed}"


class RegisterUserView(TaskView):
    form_class = RegisterUserForm
    title = "Register person"
    lead = "Somebody who wants to borrow. Until you have verified who it is, the limit of books is low."
    button = "Register"

    def success(self, form: RegisterUserForm, result: UserRegistered) -> str:
        return f"{form.cleaned_data['name']} is registered, and not verified yet."

    def next_url(self, form: RegisterUserForm, result: UserRegistered) -> str:
        return self.onward("verify_user", user_id=result.user_id)


class VerifyUserView(TaskView):
    form_class = VerifyUserForm
    title = "Verify person"
    lead = "You have seen who it is. A verified person may borrow more books."
    button = "Verify"

    def success(self, form: VerifyUserForm, result: UserVerified) -> str:
        return f"{form.picked('user_id').name} is verified."

    def next_url(self, form: VerifyUserForm, result: UserVerified) -> str:
        return self.onward("borrow_book", user_id=result.user_id)


class GetBorrowedBooksByUserView(QueryView):
    form_class = GetBorrowedBooksByUserForm
    template_name = "borrowed_books.html"
    title = "Borrowed books by person"
    empty = "This person has no book on loan."


class GetMissingBooksView(QueryView):
    form_class = GetMissingBooksForm
    template_name = "missing_books.html"
    title = "Missing books"
    empty = "No book is missing."


class SearchUsersView(QueryView):
    form_class = SearchUsersForm
    template_name = "users_found.html"
    title = "Search people"
    empty = "Nobody matches. Type the first letters of one or more words of the name or e-mail address."


class PickUser(PickView):
    field = UserPick
