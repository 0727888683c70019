"""HTML forms of the catalogue's tasks. Adapter: they translate, nothing else."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.commands import AddCopies, AddNewBook
from catalog.labels import SHEETS, SheetKind
from catalog.models import MAX_NAME, MAX_TITLE, Book
from catalog.models.barcodes import barcode_error
from catalog.policies import BarcodeKind, canonical_isbn, looks_like_isbn
from catalog.queries import GetBookLabels, GetBooksByAuthor, SearchAuthors, SearchBooks
from catalog.text import name_key
from library_site.cqrs import Context, dispatch
from library_site.cqrs.barcodes import is_barcode_like
from library_site.cqrs.messages import Message
from library_site.html.form_fields import number_field, search_field, text_field
from library_site.html.forms import MessageForm, TaskForm
from library_site.html.picks import CHOICES, Pick


def refuse_misread(kind: BarcodeKind) -> Callable[[str], None]:
    """A validator of what is searched for: a barcode, if it is one, must be of this kind, and read well."""

    def validate(typed: str) -> None:
        if is_barcode_like(typed) and (error := barcode_error(kind, typed.strip())):
            raise forms.ValidationError(error, code="misread")

    return validate


class LabelledPick(Pick):
    """A thing that has a barcode, by scanning that, or by letters."""

    on: ClassVar[BarcodeKind]

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        if rows or not is_barcode_like(typed):
            return super().doubt(typed, rows)
        if error := barcode_error(self.on, typed):
            return forms.ValidationError(error, code="misread")
        said = _("Nothing in the library has the barcode {barcode}.")
        return forms.ValidationError(said.format(barcode=typed), code="no_match")


class BookPick(LabelledPick):
    """A book, by its barcode, by letters of its title or author, or by its ISBN.

    Of several copies with the ISBN that was scanned, the one is meant that is `wanted` (if that matters), when there
    is just one such; any of them, where copies are `interchangeable`.
    """

    on = BarcodeKind.BOOK

    kind = "book"

    def __init__(self, *, wanted: tuple[str, ...] = (), interchangeable: bool = False, **kwargs: Any) -> None:
        self.wanted = wanted
        self.meant: Callable[[], set[UUID | None]] = set
        self.interchangeable = interchangeable
        help_text = gettext_lazy("Scan its barcode or ISBN, or type first letters of words of the title or author.")
        texts = {"label": gettext_lazy("Book"), "help_text": help_text}
        super().__init__(error_messages={"required": gettext_lazy("Scan or choose a book.")}, **texts | kwargs)

    def query(self) -> str:
        return "?" + urlencode({"wanted": ",".join(self.wanted)})

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        return cls(wanted=tuple(status for status in query.get("wanted", "").split(",") if status in Book.Status))

    def search(self, typed: str, context: Context) -> list[Any]:
        """The books that match, those that are wanted first."""
        found: dict[UUID, Any] = {}
        for status in (None,) if is_barcode_like(typed) else (*self.wanted, None):
            rows = dispatch(SearchBooks(q=typed, status=status, page_size=CHOICES), context).rows
            found = found | {row.id: row for row in rows if row.id not in found}
        return list(found.values())[:CHOICES]

    def settle(self, typed: str, rows: list[Any]) -> Any | None:
        """The copy that a form says is `meant`, first of all."""
        if canonical_isbn(typed) and (row := next((row for row in rows if row.id in self.meant()), None)):
            return row
        wanted = [row for row in rows if not self.wanted or row.status in self.wanted]
        if canonical_isbn(typed) and wanted and (self.interchangeable or len(wanted) == 1):
            return wanted[0]
        return super().settle(typed, rows)

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        if rows or not looks_like_isbn(typed):
            return super().doubt(typed, rows)
        if canonical_isbn(typed):
            return forms.ValidationError(_("The library has no book with this ISBN."), code="no_match")
        said = _("This ISBN was misread: its check digit is wrong. Scan it again.")
        return forms.ValidationError(said, code="misread")


class AuthorPick(Pick):
    """An author, by letters of the name."""

    kind = "author"

    def __init__(self, **kwargs: Any) -> None:
        texts = {"label": gettext_lazy("Author"), "help_text": gettext_lazy("Type first letters of the name.")}
        super().__init__(error_messages={"required": gettext_lazy("Name the author.")}, **texts | kwargs)

    def search(self, typed: str, context: Context) -> list[Any]:
        return dispatch(SearchAuthors(q=typed, page_size=CHOICES), context).rows


class NewOrKnownAuthor(AuthorPick):
    """An author whom the library knows, or a new one: where what was typed may mean either, it has to be chosen."""

    kind = "author_or_new"
    NEW = "new"

    def message_fields(self, name: str) -> set[str]:
        return {"author_id", "author_name"}

    def clean(self, value: tuple[str, str] | None) -> Any:
        typed, chosen = value or ("", "")
        if not typed and chosen in {"", self.NEW}:
            return forms.Field.clean(self, "") or {}
        if len(typed) > MAX_NAME:
            said = _("A name has at most %(limit)s characters.")
            raise forms.ValidationError(said, params={"limit": MAX_NAME})
        rows = self.find(typed, chosen)
        self.picked = next((row for row in rows if str(row.id) == chosen), None)
        if self.picked:
            return {"author_id": self.picked.id}
        if not typed or (
            rows and chosen != self.NEW and not any(name_key(row.name) == name_key(typed) for row in rows)
        ):
            raise self.doubt(typed or chosen, rows)
        return {"author_name": typed}

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        if not rows:
            return super().doubt(typed, rows)
        said = _("Is it an author whom the library knows? Choose below.")
        return forms.ValidationError(said, code="ambiguous")


class AddNewBookForm(TaskForm):
    message = AddNewBook
    about: ClassVar = {"book_already_in_catalogue": "title", "barcode_taken": "barcode"}

    isbn = number_field(
        gettext_lazy("ISBN"),
        gettext_lazy("Scan it, or type 10 or 13 digits. Leave it empty for a book that has none."),
    )
    title = text_field(gettext_lazy("Title"), max_length=MAX_TITLE)
    author = NewOrKnownAuthor(
        help_text=gettext_lazy("Type the name. If the library knows the author, it appears below.")
    )
    barcode = number_field(
        gettext_lazy("Barcode"),
        gettext_lazy("Scan the label, if it has one already. Empty: it gets the next number."),
    )
    only_if_new = forms.BooleanField(
        label=gettext_lazy("Only if the library has no copy yet"),
        required=False,
        help_text=gettext_lazy("Otherwise the book is added as another copy."),
    )


class AddCopiesForm(TaskForm):
    message = AddCopies
    shows_first = "book_id"

    book_id = BookPick(label=gettext_lazy("A copy that the library has"), interchangeable=True)
    copies = forms.IntegerField(
        label=gettext_lazy("How many more"), initial=1, widget=forms.NumberInput(attrs={"min": 1})
    )


class CursorForm(MessageForm):
    """The hidden part of a query's form."""

    cursor = forms.CharField(required=False, widget=forms.HiddenInput, empty_value=None)
    page_size = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or 25


class SearchBooksForm(CursorForm):
    message = SearchBooks

    q = search_field(
        gettext_lazy("Title, author, barcode or ISBN"),
        gettext_lazy("First letters of words of the title or the author, a barcode, or an ISBN."),
        validators=[refuse_misread(BarcodeKind.BOOK)],
        error_messages={
            "required": gettext_lazy("Type a few letters too: the status only narrows what is found by them.")
        },
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("Any")), *Book.Status.choices]
    )

    def clean_status(self) -> str | None:
        return self.cleaned_data["status"] or None


class SearchAuthorsForm(CursorForm):
    message = SearchAuthors

    q = search_field(gettext_lazy("Author"), gettext_lazy("First letters of the name."))


class GetBooksByAuthorForm(CursorForm):
    message = GetBooksByAuthor

    author_id = AuthorPick()


SHEETS_AT_A_TIME = 10


class LabelsForm(CursorForm):
    """Which barcodes to print, on which sheets, and where the first of them begins."""

    first = number_field(gettext_lazy("First barcode"), gettext_lazy("Scan or type it: 14 digits."), required=True)
    last = number_field(gettext_lazy("Last barcode"), gettext_lazy("Left empty, only the first is printed."))
    sheet = forms.ChoiceField(
        label=gettext_lazy("Sheet"),
        required=False,
        choices=lambda: [(name, kind.words) for name, kind in SHEETS.items()],
        help_text=gettext_lazy("A4, as its package says."),
    )
    first_cell = forms.IntegerField(
        label=gettext_lazy("Begin with label"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"min": 1, "placeholder": 1}),
        help_text=gettext_lazy("If the sheet is partly used: counted row by row."),
    )

    def clean_sheet(self) -> SheetKind:
        return SHEETS.get(self.cleaned_data["sheet"]) or next(iter(SHEETS.values()))

    def clean_first_cell(self) -> int:
        first_cell: int = self.cleaned_data["first_cell"] or 1
        sheet: SheetKind | None = self.cleaned_data.get("sheet")
        if sheet and first_cell > sheet.cells:
            raise forms.ValidationError(_("This sheet has %(cells)s labels."), params={"cells": sheet.cells})
        return first_cell

    def _chosen(self, name: str) -> bool:
        """After the first barcode, which a scanner sends off at once, the focus waits for the last."""
        return name not in {"first", "last"} or bool(self[name].value())

    def message_fields(self) -> set[str]:
        return super().message_fields() - {"sheet", "first_cell"}

    def to_message(self) -> Message[Any]:
        """As many as fill the sheets, so that the next page begins with a new one."""
        sheet, used = self.cleaned_data["sheet"], self.cleaned_data["first_cell"] - 1
        asked: dict[str, Any] = {name: self.cleaned_data[name] for name in ("first", "last", "cursor")}
        asked["page_size"] = SHEETS_AT_A_TIME * sheet.cells - used
        return self.message(**asked)


class GetBookLabelsForm(LabelsForm):
    message = GetBookLabels
