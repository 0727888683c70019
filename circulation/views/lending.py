"""Pages of lending, and of books that are missing."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from catalog.policies import canonical_isbn
from catalog.queries.search_books import FoundBook
from circulation.commands.borrow_book import BookBorrowed
from circulation.commands.renew_loan import LoanRenewed
from circulation.commands.report_found_book import BookReportedFound
from circulation.commands.report_missing_book import BookReportedMissing
from circulation.commands.return_book import BookReturned
from circulation.domain.books import was_overdue
from circulation.forms.lending import (
    BorrowBookForm,
    RenewLoanForm,
    ReportFoundBookForm,
    ReportMissingBookForm,
    ReturnBookForm,
)
from circulation.models import LibraryUser, PastLoan
from circulation.queries import GetBookHistory, GetUserFile
from circulation.views.shelving import QueueView, ShelvingView, no_longer_suspended
from library_site.cqrs.texts import sentences, weekday_and_date
from library_site.html.forms import TaskForm
from library_site.html.links import Link, task_url
from library_site.html.views import TaskView


class BorrowBookView(QueueView):
    form_class = BorrowBookForm
    lead = gettext_lazy("Lend a book to a person. The person stays chosen for the next book.")
    button = gettext_lazy("Lend")

    def dispatch_form(self, form: TaskForm) -> str | None:
        book = form.picked("book_id")
        is_found = form.cleaned_data["report_found"] and book.status == Book.Status.MISSING
        self.suspended_by_loss = self._suspended_by_loss(book.id) if is_found else {}
        return super().dispatch_form(form)

    def success_message(self, form: BorrowBookForm, result: BookBorrowed) -> str:
        book, user = form.picked("book_id"), form.picked("user_id")
        found = _("It was missing, and is found.") if book.status == Book.Status.MISSING else ""
        lent = _("“{title}” is lent to {name}, due on {day}.")
        freed = [name for user_id, name in self.suspended_by_loss.items() if not self._is_suspended(user_id)]
        return sentences(
            found,
            lent.format(title=book.title, name=user.name, day=weekday_and_date(result.due_on)),
            *(_("{name} is no longer suspended.").format(name=name) for name in freed),
        )

    def next_url(self, form: BorrowBookForm, result: BookBorrowed) -> str:
        return task_url("borrow_book", user_id=result.user_id)

    def next_steps(self, form: BorrowBookForm, result: BookBorrowed) -> list[Link]:
        return self.task_links(
            (_("Next person"), "borrow_book", {}),
            (form.picked("user_id").name, "get_user_file", {"user_id": result.user_id}),
        )

    def _suspended_by_loss(self, book_id: UUID) -> dict[UUID, str]:
        """The names of those who have lost the book, and are suspended."""
        past = self.look_up(GetBookHistory(book_id=book_id))
        lost = [row for row in past if row.ending == PastLoan.Ending.MISSING and row.resolved_at is None]
        return {row.user_id: row.user_name for row in lost if self._is_suspended(row.user_id)}

    def _is_suspended(self, user_id: UUID) -> bool:
        return any(row.status == LibraryUser.Status.SUSPENDED for row in self.look_up(GetUserFile(user_id=user_id)))


class RenewLoanView(TaskView):
    form_class = RenewLoanForm
    lead = gettext_lazy("Let whoever has a book keep it for longer.")
    button = gettext_lazy("Renew")

    def success_message(self, form: RenewLoanForm, result: LoanRenewed) -> str:
        book, day = form.picked("book_id"), weekday_and_date(result.due_on)
        if book.borrower_name is None:
            return _("“{title}” is renewed for its borrower, due on {day}.").format(title=book.title, day=day)
        message = _("“{title}” is renewed for {name}, due on {day}.")
        return message.format(title=book.title, name=book.borrower_name, day=day)

    def next_steps(self, form: RenewLoanForm, result: LoanRenewed) -> list[Link]:
        return self.task_links(*_to_borrower(form.picked("book_id")))


class ReturnBookView(ShelvingView):
    form_class = ReturnBookForm
    lead = gettext_lazy("Take any book of this library back, whatever the desk knows of it.")
    button = gettext_lazy("Take back")

    def success_message(self, form: ReturnBookForm, result: BookReturned) -> str:
        book = form.picked("book_id")
        is_one_of_many = canonical_isbn(form.data.get("book_id_q", ""))
        copy = _("It is the copy {barcode}.").format(barcode=book.barcode) if is_one_of_many else ""
        return sentences(*self._came_back(book, result), copy)

    def next_steps(self, form: ReturnBookForm, result: BookReturned) -> list[Link]:
        book = form.picked("book_id")
        restore = [(_("Restore"), "restore_book", {"book_id": book.id})]
        return self.task_links(
            *(restore if result.book_status == Book.Status.WITHDRAWN else []),
            *([(_("Hold shelf"), "get_hold_shelf", {})] if result.reserved_for_user_id else []),
            *_to_borrower(book),
            (book.title, "get_book_file", {"book_id": book.id}),
        )

    def _came_back(self, book: FoundBook, result: BookReturned) -> list[str]:
        is_available = result.book_status == Book.Status.AVAILABLE
        if result.was_missing:
            found = (
                _("“{title}” was missing and is found: it is available again.")
                if is_available
                else _("“{title}” was missing and is found.")
            )
            return [found.format(title=book.title), no_longer_suspended(result.reinstated_user_id)]
        if result.user_id is None:
            was_here = _("“{title}” was not on loan.").format(title=book.title)
            return [was_here, _("It is available.") if is_available else ""]
        back = _("“{title}” is back from {name}.") if book.borrower_name else _("“{title}” is back from its borrower.")
        overdue = was_overdue(book.due_on, timezone.localdate())
        return [back.format(title=book.title, name=book.borrower_name), overdue]

    def warnings(self, form: ReturnBookForm, result: BookReturned) -> list[str]:
        return self.put_returned(result)


class ReportMissingBookView(QueueView):
    form_class = ReportMissingBookForm
    lead = gettext_lazy(
        "A book cannot be found. If it is on loan, the loan ends and its borrower is suspended until it is found."
    )
    button = gettext_lazy("Report missing")

    def question(self, row: FoundBook) -> str:
        """Whom it would cost what: by the state of the book."""
        if row.status == Book.Status.BORROWED:
            question = (
                _("“{title}” is on loan to {name}, who will be suspended. Report it missing?")
                if row.borrower_name
                else _("“{title}” is on loan, and its borrower will be suspended. Report it missing?")
            )
            return question.format(title=row.title, name=row.borrower_name)
        question = {
            Book.Status.AVAILABLE: _("“{title}” is available. Report it missing?"),
            Book.Status.ON_HOLD: _("“{title}” is on the hold shelf for {name}. Report it missing?"),
            Book.Status.MISSING: _("“{title}” is reported missing already."),
            Book.Status.WITHDRAWN: _("“{title}” is withdrawn: it is out of use."),
        }[Book.Status(row.status)]
        return question.format(title=row.title, name=row.reserved_for_name or _("somebody"))

    def success_message(self, form: ReportMissingBookForm, result: BookReportedMissing) -> str:
        book = form.picked("book_id")
        suspended = ""
        if result.user_id:
            message = _("{name} is suspended.") if book.borrower_name else _("Its borrower is suspended.")
            suspended = message.format(name=book.borrower_name)
        return sentences(_("“{title}” is reported missing.").format(title=book.title), suspended)

    def next_steps(self, form: ReportMissingBookForm, result: BookReportedMissing) -> list[Link]:
        book = form.picked("book_id")
        return self.task_links(
            *_to_borrower(book),
            (_("Who waits for it"), "get_reservation_queue", {"book_id": book.id}),
            (_("Missing books"), "get_missing_books", {}),
            (book.title, "get_book_file", {"book_id": book.id}),
        )


class ReportFoundBookView(ShelvingView):
    form_class = ReportFoundBookForm
    lead = gettext_lazy("A missing book has turned up. Whoever was suspended for it alone may borrow again.")
    button = gettext_lazy("Report found")

    def success_message(self, form: ReportFoundBookForm, result: BookReportedFound) -> str:
        message = (
            _("“{title}” is found.")
            if self.hold_shelf_now(result.book_id)
            else _("“{title}” is found and available again.")
        )
        found = message.format(title=form.picked("book_id").title)
        return sentences(found, no_longer_suspended(result.reinstated_user_id))

    def warnings(self, form: ReportFoundBookForm, result: BookReportedFound) -> list[str]:
        return self.hold_shelf_now(result.book_id)

    def next_steps(self, form: ReportFoundBookForm, result: BookReportedFound) -> list[Link]:
        return self.task_links(
            (_("Lend it"), "borrow_book", {"book_id": result.book_id}),
            (_("Missing books"), "get_missing_books", {}),
            (form.picked("book_id").title, "get_book_file", {"book_id": result.book_id}),
        )


def _to_borrower(book: FoundBook) -> list[tuple[str, str, dict[str, Any]]]:
    """The page of who had the book, if anybody had."""
    known = book.borrower_id and book.borrower_name
    return [(str(book.borrower_name), "get_user_file", {"user_id": book.borrower_id})] if known else []
