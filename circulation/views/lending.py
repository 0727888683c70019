"""Pages of lending: borrow, renew, return."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.forms.picks import BookPick
from catalog.models import Book
from catalog.policies import canonical_isbn
from catalog.queries.search_books import FoundBook
from circulation.commands import RenewLoan, ReturnBook
from circulation.commands.borrow_book import BookBorrowed
from circulation.commands.renew_loan import LoanRenewed
from circulation.commands.return_book import BookReturned
from circulation.commands.take_over_loan import LoanTakenOver
from circulation.domain.words import was_overdue
from circulation.forms.lending import BorrowBookForm, TakeOverLoanForm
from circulation.models import LibraryUser, PastLoan
from circulation.queries import GetBookHistory, GetUserFile
from circulation.views.shelving import QueueView, ShelvingView, links_to_borrower, no_longer_suspended
from library_site.cqrs.texts import long_date, refusal_name, sentences, weekday_and_date
from library_site.html.forms import TaskForm
from library_site.html.links import Link
from library_site.html.pages import Group, page
from library_site.html.views import TaskView


@page(
    "borrow-book",
    group=Group.LENDING,
    place=10,
    name=gettext_lazy("Borrow"),
    purpose=gettext_lazy("Lend books to a person"),
)
class BorrowBookView(QueueView):
    form_class = BorrowBookForm
    lead = gettext_lazy("Lend a book to a person. The person stays chosen for the next book.")
    button = gettext_lazy("Lend")
    keeps = ("user_id",)

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

    def next_steps(self, form: BorrowBookForm, result: BookBorrowed) -> list[Link]:
        return self.task_links(
            (_("Next person"), "borrow_book", {}),
            (form.picked("user_id").name, "get_user_file", {"user_id": result.user_id}),
            (_("Undo"), "undo_loan", {"book_id": result.book_id}),
        )

    def _suspended_by_loss(self, book_id: UUID) -> dict[UUID, str]:
        """The names of those who have lost the book, and are suspended."""
        past = self.look_up(GetBookHistory(book_id=book_id))
        lost = [row for row in past if row.ending == PastLoan.Ending.MISSING and row.resolved_at is None]
        return {row.user_id: row.user_name for row in lost if self._is_suspended(row.user_id)}

    def _is_suspended(self, user_id: UUID) -> bool:
        return any(row.status == LibraryUser.Status.SUSPENDED for row in self.look_up(GetUserFile(user_id=user_id)))


@page(
    "renew-loan",
    group=Group.LENDING,
    place=30,
    name=gettext_lazy("Renew"),
    purpose=gettext_lazy("Keep a book for longer"),
)
class RenewLoanView(TaskView):
    form_class = TaskForm.of(RenewLoan, book_id=BookPick(wanted=("BORROWED",)))
    lead = gettext_lazy("Let whoever has a book keep it for longer.")
    button = gettext_lazy("Renew")

    def success_message(self, form: TaskForm, result: LoanRenewed) -> str:
        book, day = form.picked("book_id"), weekday_and_date(result.due_on)
        if book.borrower_name is None:
            return _("“{title}” is renewed for its borrower, due on {day}.").format(title=book.title, day=day)
        message = _("“{title}” is renewed for {name}, due on {day}.")
        return message.format(title=book.title, name=book.borrower_name, day=day)

    def next_steps(self, form: TaskForm, result: LoanRenewed) -> list[Link]:
        undo = (_("Undo"), "undo_renewal", {"book_id": result.book_id})
        return self.task_links(*links_to_borrower(form.picked("book_id")), undo)


@page(
    "return-book", group=Group.LENDING, place=20, name=gettext_lazy("Return"), purpose=gettext_lazy("A book comes back")
)
class ReturnBookView(ShelvingView):
    form_class = TaskForm.of(ReturnBook, book_id=BookPick(wanted=("BORROWED", "MISSING")))
    lead = gettext_lazy("Return any book of this library, whatever the desk knows of it.")
    button = pgettext_lazy("do it", "Return")

    def success_message(self, form: TaskForm, result: BookReturned) -> str:
        book = form.picked("book_id")
        is_one_of_many = canonical_isbn(form.data.get("book_id_q", ""))
        copy = _("It is the copy {barcode}.").format(barcode=book.barcode) if is_one_of_many else ""
        is_late = result.book_status == Book.Status.WITHDRAWN
        lost = self.loss_of(book.id, result.lost_by_user_id) if is_late else ""
        passed_over = self.passed_over(result.passed_over_user_ids)
        return sentences(*self._came_back(book, result), lost, passed_over, copy)

    def next_steps(self, form: TaskForm, result: BookReturned) -> list[Link]:
        book = form.picked("book_id")
        restore = [(_("Restore"), "restore_book", {"book_id": book.id})]
        undo = [(_("Undo"), "undo_return", {"book_id": book.id})]
        return self.task_links(
            *(restore if result.book_status == Book.Status.WITHDRAWN else []),
            *([(_("Hold shelf"), "get_hold_shelf", {})] if result.reserved_for_user_id else []),
            *links_to_borrower(book),
            (book.title, "get_book_file", {"book_id": book.id}),
            *(undo if result.user_id else []),
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
            suspension = no_longer_suspended(result.reinstated_user_id)
            return [was_here, _("It is available.") if is_available else "", suspension]
        back = _("“{title}” is back from {name}.") if book.borrower_name else _("“{title}” is back from its borrower.")
        overdue = was_overdue(book.due_on, timezone.localdate())
        return [back.format(title=book.title, name=book.borrower_name), overdue]

    def warnings(self, form: TaskForm, result: BookReturned) -> list[str]:
        return self.put_returned(result)


@page(
    "take-over-loan",
    group=Group.LENDING,
    place=90,
    name=gettext_lazy("Take over a loan"),
    purpose=gettext_lazy("Somebody has a book since before this was used"),
)
class TakeOverLoanView(TaskView):
    form_class = TakeOverLoanForm
    lead = gettext_lazy("Enter a loan that began before the library used this. Today’s limits do not stand in its way.")
    button = gettext_lazy("Take over")
    keeps = ("user_id",)

    def success_message(self, form: TaskForm, result: LoanTakenOver) -> str:
        book, user = form.picked("book_id"), form.picked("user_id")
        if result.already_there:
            return _("The library knows this loan of “{title}” already.").format(title=book.title)
        said = {"title": book.title, "name": user.name, "since": long_date(result.borrowed_on)}
        message = _("“{title}” is on loan to {name} since {since}, due on {day}.")
        return message.format(day=weekday_and_date(result.due_on), **said) if result.due_on else ""

    def warnings(self, form: TaskForm, result: LoanTakenOver) -> list[str]:
        broken = ", ".join(refusal_name(code) for code in result.breaks)
        return [_("It breaks what holds today: {rules}.").format(rules=broken)] if broken else []

    def next_steps(self, form: TaskForm, result: LoanTakenOver) -> list[Link]:
        return self.task_links(
            (form.picked("user_id").name, "get_user_file", {"user_id": result.user_id}),
            (_("Return"), "return_book", {"book_id": result.book_id}),
        )
