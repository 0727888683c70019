"""Forms of books: missing, found, corrected, taken out of use and into it again."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.books import condition_field, shelf_mark_field, statement_field
from catalog.forms.picks import BookPick, NewOrKnownAuthor
from catalog.models import MAX_TITLE
from catalog.policies import canonical_isbn
from circulation.commands import CorrectBook, ReportMissingBook, WithdrawBook
from circulation.forms.filled_in import FilledInForm
from circulation.queries import GetBookFile
from library_site.cqrs import dispatch
from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.operations import operation_of
from library_site.html.form_fields import number_field, reason_field, text_field
from library_site.html.forms import TaskForm

AS_IT_IS = gettext_lazy("Left empty, it stays as it is.")


class CorrectBookForm(FilledInForm):
    message = CorrectBook
    about: ClassVar = {
        "barcode_taken": "barcode",
        "book_in_use": "isbn",
        "required": "title",
        "reservations_clash": "isbn",
    }
    NONE = "none"
    EMPTIED = ("shelf_mark", "statement_of_responsibility", "condition")
    FILLED_IN = ("title", "isbn", "barcode", *EMPTIED)
    shows_first = "book_id"
    more = EMPTIED

    book_id = BookPick()
    title = text_field(gettext_lazy("New title"), AS_IT_IS, max_length=MAX_TITLE, required=False, empty_value=None)
    isbn = number_field(
        gettext_lazy("New ISBN"),
        format_lazy(gettext_lazy("Left empty, it stays as it is. Type “{none}” for a book that has none."), none=NONE),
        empty_value=None,
    )
    author = NewOrKnownAuthor(
        none=NONE,
        label=gettext_lazy("New author"),
        required=False,
        help_text=format_lazy(
            gettext_lazy("Left empty, it stays as it is. Type “{none}” for a book that has none."), none=NONE
        ),
    )
    barcode = number_field(
        gettext_lazy("New barcode"), gettext_lazy("Scan the label. Left empty, it stays as it is."), empty_value=None
    )
    shelf_mark = shelf_mark_field()
    statement_of_responsibility = statement_field()
    condition = condition_field()

    def known(self, row: Any) -> dict[str, str]:
        """A list of books does not say their condition, the page of a book does, to whom may see it."""
        may = self.context.actor.may(operation_of(GetBookFile).permission)
        found = dispatch(GetBookFile(book_id=row.id), self.context).rows if may else []
        if not found:
            del self.fields["condition"]
        return super().known(found[0]) if found else {**{name: getattr(row, name, "") for name in self.FILLED_IN}}

    def clean_isbn(self) -> str | None:
        isbn: str | None = self.cleaned_data["isbn"]
        if isbn and isbn.lower() == self.NONE:
            return ""
        if isbn and canonical_isbn(isbn) is None:
            said = _(
                "“{isbn}” is not a valid ISBN: the check digit or the number of digits is wrong. "
                "Scan it again, or type “{none}” for a book that has none."
            )
            raise forms.ValidationError(said.format(isbn=isbn, none=self.NONE), code="invalid_isbn")
        return isbn


class WithdrawBookForm(TaskForm):
    message = WithdrawBook
    shows_first = "book_id"

    book_id = BookPick(wanted=("AVAILABLE", "MISSING"))
    reason = reason_field(gettext_lazy("Why: the journal keeps it. Worn out, given away, missing for good."))

    def to_show(self) -> Any | None:
        """What is scanned for a reason that stands there already is withdrawn at once."""
        book, typed = self.picked("book_id"), self["book_id"].data[0]
        is_scanned = book is not None and bool(key := barcode_key(typed)) and barcode_key(book.barcode) == key
        return None if is_scanned and self.cleaned_data.get("reason") else super().to_show()


class ReportMissingBookForm(TaskForm):
    message = ReportMissingBook
    shows_first = "book_id"

    book_id = BookPick(wanted=("AVAILABLE", "BORROWED", "ON_HOLD"))
