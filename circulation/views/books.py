"""Pages of books: missing, found, corrected, taken out of use and into it again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.picks import BookPick
from catalog.models import Book
from catalog.queries.search_books import FoundBook
from catalog.views.arrivals import other_title_with
from circulation.commands import ReportFoundBook, RestoreBook
from circulation.commands.correct_book import BookCorrected
from circulation.commands.report_found_book import BookReportedFound
from circulation.commands.report_missing_book import BookReportedMissing
from circulation.commands.restore_book import BookRestored
from circulation.commands.withdraw_book import BookWithdrawal
from circulation.forms.books import CorrectBookForm, ReportMissingBookForm, WithdrawBookForm
from circulation.views.shelving import QueueView, ShelvingView, links_to_borrower, no_longer_suspended
from library_site.cqrs.texts import sentences
from library_site.html.forms import TaskForm
from library_site.html.links import Link
from library_site.html.pages import Group, page
from library_site.html.views import TaskView


class AboutBookView(TaskView):
    """A task after which the page of the book is one step away."""

    def next_steps(self, form: Any, result: Any) -> list[Link]:
        return self.task_links((form.picked("book_id").title, "get_book_file", {"book_id": result.book_id}))


@page(
    "correct-book",
    group=Group.CATALOGUE,
    place=60,
    name=gettext_lazy("Correct"),
    purpose=gettext_lazy("Title, author, shelf mark, barcode"),
)
class CorrectBookView(AboutBookView, ShelvingView):
    form_class = CorrectBookForm
    lead = gettext_lazy("What the catalogue says of a book, or its barcode. What is left empty stays as it is.")
    button = gettext_lazy("Correct")

    def success_message(self, form: CorrectBookForm, result: BookCorrected) -> str:
        title = form.cleaned_data["title"] or form.picked("book_id").title
        new = _("Its author is new to the catalogue.") if result.author_added else ""
        corrected = sentences(_("“{title}” is corrected.").format(title=title), new)
        return corrected + other_title_with(self, form.cleaned_data["isbn"], title)

    def warnings(self, form: CorrectBookForm, result: BookCorrected) -> list[str]:
        """People may wait for the title of which it is now a copy."""
        return [] if form.cleaned_data["isbn"] is None else self.hold_shelf_now(result.book_id)


@page(
    "withdraw-book",
    group=Group.CATALOGUE,
    place=70,
    name=gettext_lazy("Withdraw"),
    purpose=gettext_lazy("Take a book out of use"),
)
class WithdrawBookView(AboutBookView, QueueView):
    form_class = WithdrawBookForm
    lead = gettext_lazy("Take a book out of use: worn out, given away, or missing for good. It can be restored.")
    button = gettext_lazy("Withdraw")
    keeps = ("reason",)

    def success_message(self, form: WithdrawBookForm, result: BookWithdrawal) -> str:
        return _("“{title}” is withdrawn.").format(title=form.picked("book_id").title)


@page(
    "restore-book",
    group=Group.CATALOGUE,
    place=80,
    name=gettext_lazy("Restore"),
    purpose=gettext_lazy("Take it into use again"),
)
class RestoreBookView(AboutBookView, ShelvingView):
    form_class = TaskForm.of(RestoreBook, book_id=BookPick(wanted=("WITHDRAWN",)))
    lead = gettext_lazy("Take a withdrawn book into use again. Who was suspended for its loss alone may borrow again.")
    button = gettext_lazy("Restore")

    def success_message(self, form: TaskForm, result: BookRestored) -> str:
        message = (
            _("“{title}” is in use again.")
            if result.reserved_for_user_id
            else _("“{title}” is in use again and available.")
        )
        restored = message.format(title=form.picked("book_id").title)
        return sentences(restored, no_longer_suspended(result.reinstated_user_id))

    def warnings(self, form: TaskForm, result: BookRestored) -> list[str]:
        until = next((book.held_until for book in self.file_of(result.book_id)), None)
        return self.hold_shelf(result.reserved_for_user_id, until)


@page(
    "report-missing-book",
    group=Group.MISSING_BOOKS,
    place=10,
    name=gettext_lazy("Report missing"),
    purpose=gettext_lazy("A book cannot be found"),
)
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
            *links_to_borrower(book),
            (_("Who waits for it"), "get_reservation_queue", {"book_id": book.id}),
            (_("Missing books"), "get_missing_books", {}),
            (book.title, "get_book_file", {"book_id": book.id}),
        )


@page(
    "report-found-book",
    group=Group.MISSING_BOOKS,
    place=20,
    name=gettext_lazy("Report found"),
    purpose=gettext_lazy("A missing book has turned up"),
)
class ReportFoundBookView(ShelvingView):
    form_class = TaskForm.of(ReportFoundBook, book_id=BookPick(wanted=("MISSING",)))
    lead = gettext_lazy("A missing book has turned up. Whoever was suspended for it alone may borrow again.")
    button = gettext_lazy("Report found")

    def success_message(self, form: TaskForm, result: BookReportedFound) -> str:
        message = (
            _("“{title}” is found.")
            if self.hold_shelf_now(result.book_id)
            else _("“{title}” is found and available again.")
        )
        found = message.format(title=form.picked("book_id").title)
        return sentences(found, no_longer_suspended(result.reinstated_user_id))

    def warnings(self, form: TaskForm, result: BookReportedFound) -> list[str]:
        return self.hold_shelf_now(result.book_id)

    def next_steps(self, form: TaskForm, result: BookReportedFound) -> list[Link]:
        return self.task_links(
            (_("Lend it"), "borrow_book", {"book_id": result.book_id}),
            (_("Missing books"), "get_missing_books", {}),
            (form.picked("book_id").title, "get_book_file", {"book_id": result.book_id}),
        )
