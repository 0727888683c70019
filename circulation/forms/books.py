"""Forms of books: missing, found, corrected, taken out of use and into it again."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.picks import BookPick, NewOrKnownAuthor
from catalog.models import MAX_TITLE
from catalog.policies import canonical_isbn
from circulation.commands import CorrectBook, ReportMissingBook, WithdrawBook
from library_site.cqrs.barcodes import barcode_key
from library_site.html.form_fields import number_field, reason_field, text_field
from library_site.html.forms import TaskForm

AS_IT_IS = gettext_lazy("Left empty, it stays as it is.")


class CorrectBookForm(TaskForm):
    message = CorrectBook
    about: ClassVar = {
        "barcode_taken": "barcode",
        "book_in_use": "isbn",
        "required": "title",
        "reservations_clash": "isbn",
    }
    NONE = "none"
    FILLED_IN = ("title", "isbn", "barcode")
    shows_first = "book_id"

    book_id = BookPick()
    title = text_field(gettext_lazy("New title"), AS_IT_IS, max_length=MAX_TITLE, required=False, empty_value=None)
    isbn = number_field(
        gettext_lazy("New ISBN"),
        format_lazy(gettext_lazy("Left empty, it stays as it is. Type “{none}” for a book that has none."), none=NONE),
        empty_value=None,
    )
    author = NewOrKnownAuthor(label=gettext_lazy("New author"), required=False, help_text=AS_IT_IS)
    barcode = number_field(
        gettext_lazy("New barcode"), gettext_lazy("Scan the label. Left empty, it stays as it is."), empty_value=None
    )

    def fill_in(self, given: Mapping[str, str]) -> None:
        """Fill in what the library says of the book too, so that one letter of it can be corrected."""
        super().fill_in(given)
        self._fill_in_present()

    def fill_in_again(self, typed: Mapping[str, str]) -> None:
        super().fill_in_again(typed)
        self._fill_in_present()

    def to_show(self) -> Any | None:
        """Of another book than the one whose title and numbers stand in the fields, those are shown first."""
        book, shown = self.picked("book_id"), self.data.get("was_barcode")
        if book is None or shown == book.barcode:
            return super().to_show()
        return super().to_show() or (book if shown or not self._is_given() else None)

    def clean(self) -> dict[str, Any]:
        """What is as it was when it was shown is not given: another desk may have corrected it meanwhile."""
        cleaned = super().clean()
        for name in self.FILLED_IN:
            if name in cleaned and cleaned[name] == self.data.get(f"was_{name}"):
                cleaned[name] = None
        return cleaned

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

    def _fill_in_present(self) -> None:
        _typed, chosen = self.initial.get("book_id", ("", ""))
        for row in self.picks()["book_id"].widget.rows:
            if str(row.id) == chosen:
                self.present = {name: getattr(row, name) for name in self.FILLED_IN}
                self.initial = {**self.present, **self.initial}

    def _is_given(self) -> bool:
        """Whether anything is to be corrected, were it only by mistake."""
        values = {**self.cleaned_data, "book_id": None, "author": self.cleaned_data.get("author") or None}
        return bool(self.errors) or any(value is not None for value in values.values())

    def _chosen(self, name: str) -> bool:
        """What is filled in is what may have to be corrected: the focus waits there."""
        return name == "book_id" and super()._chosen(name)


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
