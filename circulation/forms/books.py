"""Forms of books, whether in use or not, and of the days on which the library is closed."""

from typing import ClassVar

from django import forms

from catalog.forms import BookPick, NewOrKnownAuthor
from catalog.models import MAX_TITLE
from circulation.commands import CorrectBook, RestoreBook, SetCalendarException, WithdrawBook
from library_site.cqrs.form_fields import day_field, number_field, text_field
from library_site.cqrs.forms import TaskForm

AS_IT_IS = "Left empty, it stays as it is."


class CorrectBookForm(TaskForm):
    message = CorrectBook
    about: ClassVar = {
        "barcode_taken": "barcode",
        "book_in_use": "isbn",
        "required": "title",
        "reservations_clash": "isbn",
    }
    NONE = "none"

    book_id = BookPick()
    title = text_field("New title", AS_IT_IS, max_length=MAX_TITLE, required=False, empty_value=None)
    isbn = number_field("New ISBN", f"{AS_IT_IS} Type “{NONE}” for a book that has none.", empty_value=None)
    author = NewOrKnownAuthor(label="New author", required=False, help_text=AS_IT_IS)
    barcode = number_field("New barcode", f"Scan the label. {AS_IT_IS}", empty_value=None)

    def clean_isbn(self) -> str | None:
        isbn: str | None = self.cleaned_data["isbn"]
        return "" if isbn and isbn.lower() == self.NONE else isbn


class WithdrawBookForm(TaskForm):
    message = WithdrawBook

    book_id = BookPick(wanted=("AVAILABLE", "MISSING"))
    reason = text_field(help_text="Why: the journal keeps it. Worn out, given away, missing for good.")


class RestoreBookForm(TaskForm):
    message = RestoreBook

    book_id = BookPick(wanted=("WITHDRAWN",))


class SetCalendarExceptionForm(TaskForm):
    message = SetCalendarException

    day = day_field("Day")
    is_open = forms.BooleanField(
        label="The library is open",
        required=False,
        help_text="Though its weekday is closed. Without the tick, it is closed on this day.",
    )
    note = text_field(help_text="Why: Christmas Day.", required=False, max_length=200)
