"""Pages of lending, and of books that are missing."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from catalog.models import Book
from circulation.commands.borrow_book import BookBorrowed
from circulation.commands.renew_loan import LoanRenewed
from circulation.commands.report_found_book import BookReportedFound
from circulation.commands.report_missing_book import BookReportedMissing
from circulation.commands.return_book import BookReturned
from circulation.forms.lending import (
    BorrowBookForm,
    RenewLoanForm,
    ReportFoundBookForm,
    ReportMissingBookForm,
    ReturnBookForm,
)
from circulation.views.shelving import ShelvingView
from library_site.cqrs.links import task_url
from library_site.cqrs.views import TaskView

FREED = " Its borrower is no longer suspended."


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


class ReturnBookView(ShelvingView):
    form_class = ReturnBookForm
    title = "Return book"
    lead = "Take any book of this library back, whatever the desk knows of it."
    button = "Take back"

    def success(self, form: ReturnBookForm, result: BookReturned) -> str:
        book = form.picked("book_id")
        is_available = result.book_status == Book.Status.AVAILABLE
        if result.was_missing:
            found = f"“{book.title}” was missing and is found{': it is available again' if is_available else ''}."
            return found + (FREED if result.reinstated_user_id else "")
        if result.user_id is None:
            return f"“{book.title}” was not on loan.{' It is available.' if is_available else ''}"
        return f"“{book.title}” is back from {book.borrower_name or 'its borrower'}.{_overdue(book.due_on)}"

    def look_here(self, form: ReturnBookForm, result: BookReturned) -> list[str]:
        if result.book_status == Book.Status.WITHDRAWN:
            return ["Withdrawn: not to its shelf. Restore it first, if it is in use again."]
        return self.hold_shelf(result.reserved_for_user_id, result.held_until)


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


class ReportFoundBookView(ShelvingView):
    form_class = ReportFoundBookForm
    title = "Report found book"
    lead = "A missing book has turned up. Whoever was suspended for it alone may borrow again."
    button = "Report found"

    def success(self, form: ReportFoundBookForm, result: BookReportedFound) -> str:
        available = "" if self.hold_shelf_now(result.book_id) else " and available again"
        freed = FREED if result.reinstated_user_id else ""
        return f"“{form.picked('book_id').title}” is found{available}.{freed}"

    def look_here(self, form: ReportFoundBookForm, result: BookReportedFound) -> list[str]:
        return self.hold_shelf_now(result.book_id)
