"""Pages of books, whether in use or not, and of the days on which the library is closed."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.views import other_title_with
from circulation.commands.correct_book import BookCorrected
from circulation.commands.restore_book import BookRestored
from circulation.commands.set_calendar_exception import CalendarExceptionSet
from circulation.commands.withdraw_book import BookWithdrawal
from circulation.forms.books import CorrectBookForm, RestoreBookForm, SetCalendarExceptionForm, WithdrawBookForm
from circulation.views.shelving import QueueView, ShelvingView, no_longer_suspended
from library_site.cqrs.texts import sentences, weekday_and_date
from library_site.html.links import Link
from library_site.html.views import TaskView


class AboutBookView(TaskView):
    """A task that leads to the page of the book."""

    def next_url(self, form: Any, result: Any) -> str:
        return self.next_task_url("get_book_file", book_id=result.book_id)


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


class WithdrawBookView(AboutBookView, QueueView):
    form_class = WithdrawBookForm
    lead = gettext_lazy("Take a book out of use: worn out, given away, or missing for good. It can be restored.")
    button = gettext_lazy("Withdraw")

    def success_message(self, form: WithdrawBookForm, result: BookWithdrawal) -> str:
        return _("“{title}” is withdrawn.").format(title=form.picked("book_id").title)


class RestoreBookView(AboutBookView, ShelvingView):
    form_class = RestoreBookForm
    lead = gettext_lazy("Take a withdrawn book into use again. Who was suspended for its loss alone may borrow again.")
    button = gettext_lazy("Restore")

    def success_message(self, form: RestoreBookForm, result: BookRestored) -> str:
        message = (
            _("“{title}” is in use again.")
            if result.reserved_for_user_id
            else _("“{title}” is in use again and available.")
        )
        restored = message.format(title=form.picked("book_id").title)
        return sentences(restored, no_longer_suspended(result.reinstated_user_id))

    def warnings(self, form: RestoreBookForm, result: BookRestored) -> list[str]:
        until = next((book.held_until for book in self.file_of(result.book_id)), None)
        return self.hold_shelf(result.reserved_for_user_id, until)


class SetCalendarExceptionView(TaskView):
    form_class = SetCalendarExceptionForm
    title = gettext_lazy("Closed days")
    lead = gettext_lazy(
        "Say that the library is closed on a day, or open, whatever its weekday. What is lent or renewed from now on "
        "does not fall due on a closed day; what is on loan already stays due when it is."
    )
    button = gettext_lazy("Set")

    def next_steps(self, form: SetCalendarExceptionForm, result: CalendarExceptionSet) -> list[Link]:
        return self.task_links((_("What is due that day"), "get_loans_due", {"first": result.day, "last": result.day}))

    def success_message(self, form: SetCalendarExceptionForm, result: CalendarExceptionSet) -> str:
        message = _("The library is open on {day}.") if result.is_open else _("The library is closed on {day}.")
        return message.format(day=weekday_and_date(result.day))
