"""Pages on which a return, a loan or a renewal of today is undone."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.picks import BookPick
from circulation.commands import UndoLoan, UndoRenewal, UndoReturn
from circulation.commands.undo_loan import LoanUndone
from circulation.commands.undo_renewal import RenewalUndone
from circulation.commands.undo_return import ReturnUndone
from circulation.domain.loans import LENDING, RENEWAL, RETURN
from circulation.queries import GetBookHistory
from circulation.queries.get_book_file import BookFile
from circulation.views.shelving import QueueView
from library_site.cqrs.messages import Message
from library_site.cqrs.texts import long_date, sentences
from library_site.html.forms import MessageForm, TaskForm
from library_site.html.links import Link
from library_site.html.pages import Group, page

TASKS: dict[str, type[Message[Any]]] = {RETURN: UndoReturn, LENDING: UndoLoan, RENEWAL: UndoRenewal}


def undoing_task(book: BookFile) -> tuple[type[Message[Any]], ...]:
    """What undoes what was done last to a book, if that was today."""
    is_todays = book.last_done is not None and book.last_done_on == timezone.localdate()
    return (TASKS[str(book.last_done)],) if is_todays else ()


def on_loan_again(name: str | None, due_on: date | None) -> str:
    """Who has a book as before, and until when."""
    who = name or _("somebody")
    if due_on is None:
        return _("On loan to {name}, as before.").format(name=who)
    return _("On loan to {name} until {day}, as before.").format(name=who, day=long_date(due_on))


class UndoForm(TaskForm):
    shows_first = "book_id"


class UndoView(QueueView):
    """The page says what will be as before, of the book that a link has chosen, or that was typed or scanned."""

    button = gettext_lazy("Undo")
    lead = gettext_lazy("What was done last to a book, by mistake and today, as if it had not been done.")

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        _typed, chosen = form.initial.get("book_id") or ("", "")
        rows = [row for row in form.picks()["book_id"].widget.rows if str(row.id) == chosen]
        files = [file for row in rows for file in self.file_of(row.id)]
        said = [self.before(each) for each in files if self.form_class.message in undoing_task(each)]
        question = _("Nothing is undone yet. Once it is: {then}")
        asked = {"question": question.format(then=said[0])} if said else {}
        return super().render_page(form, status=status, **values | asked)

    def before(self, book: BookFile) -> str:
        """How it was, and will be again."""
        raise NotImplementedError

    def next_steps(self, form: Any, result: Any) -> list[Link]:
        return self.task_links((form.picked("book_id").title, "get_book_file", {"book_id": result.book_id}))


@page(
    "undo-return",
    group=Group.LENDING,
    place=46,
    name=gettext_lazy("Undo a return"),
    purpose=gettext_lazy("A book was returned by mistake"),
)
class UndoReturnView(UndoView):
    form_class = UndoForm.of(UndoReturn, book_id=BookPick(wanted=("AVAILABLE", "ON_HOLD")))

    def before(self, book: BookFile) -> str:
        loans = [on_loan_again(each.user_name, each.due_on) for each in self.look_up(GetBookHistory(book_id=book.id))]
        waits = _("{name} waits again.").format(name=book.reserved_for_name) if book.reserved_for_name else ""
        return sentences(*loans[:1], waits)

    def success_message(self, form: TaskForm, result: ReturnUndone) -> str:
        undone = _("The return of “{title}” is undone.").format(title=form.picked("book_id").title)
        return sentences(undone, on_loan_again(self.name_of(result.user_id), result.due_on))


@page(
    "undo-loan",
    group=Group.LENDING,
    place=42,
    name=gettext_lazy("Undo a loan"),
    purpose=gettext_lazy("A book was lent by mistake"),
)
class UndoLoanView(UndoView):
    form_class = UndoForm.of(UndoLoan, book_id=BookPick(wanted=("BORROWED",)))

    def before(self, book: BookFile) -> str:
        return _("{name} has the book no longer: it is where it was, as before.").format(name=book.borrower_name)

    def success_message(self, form: TaskForm, result: LoanUndone) -> str:
        undone = _("The loan of “{title}” is undone.").format(title=form.picked("book_id").title)
        return sentences(undone, "" if result.reservation_id else _("It is available."))

    def warnings(self, form: Any, result: LoanUndone) -> list[str]:
        return self.hold_shelf(result.reserved_for_user_id, result.held_until)


@page(
    "undo-renewal",
    group=Group.LENDING,
    place=44,
    name=gettext_lazy("Undo a renewal"),
    purpose=gettext_lazy("A book was renewed by mistake"),
)
class UndoRenewalView(UndoView):
    form_class = UndoForm.of(UndoRenewal, book_id=BookPick(wanted=("BORROWED",)))

    def before(self, book: BookFile) -> str:
        return on_loan_again(book.borrower_name, book.due_before)

    def success_message(self, form: TaskForm, result: RenewalUndone) -> str:
        undone = _("The renewal of “{title}” is undone.").format(title=form.picked("book_id").title)
        return sentences(undone, on_loan_again(form.picked("book_id").borrower_name, result.due_on))
