"""Forms of the queries: what each list, and each sheet of labels, is asked for."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.labels import SHEETS, SheetKind
from catalog.models import Book
from catalog.models.search import id_in
from catalog.policies import BarcodeKind
from catalog.queries import GetBookLabels, SearchBooks
from library_site.cqrs.messages import Message
from library_site.html.form_fields import number_field, search_field
from library_site.html.forms import MessageForm

from .picks import refuse_misread

SHEETS_AT_A_TIME = 10


class CursorForm(MessageForm):
    """The hidden part of a query's form."""

    cursor = forms.CharField(required=False, widget=forms.HiddenInput, empty_value=None)
    page_size = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or 25


class RecentForm(CursorForm):
    """What is searched for; where nothing is, the list is of all, the newest first."""

    recent = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        return cleaned | {"recent": not cleaned.get("q")}

    def message_fields(self) -> set[str]:
        """What is typed here may always be words, too."""
        return super().message_fields() | {"is_barcode"}


class SearchBooksForm(RecentForm):
    message = SearchBooks

    q = search_field(
        gettext_lazy("Title, author, barcode or ISBN"),
        gettext_lazy("First letters of words of the title or the author, a barcode, or an ISBN."),
        validators=[refuse_misread(BarcodeKind.BOOK)],
        required=False,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("Any")), *Book.Status.choices]
    )

    def clean_status(self) -> str | None:
        return self.cleaned_data["status"] or None


class IdsField(forms.CharField):
    """The ids of what was chosen on another page, with commas between them."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> tuple[UUID, ...]:
        ids = [id_in(each) for each in super().clean(value).split(",") if each]
        if None in ids:
            raise forms.ValidationError(_("What was chosen is no longer there. Choose again."), code="no_match")
        return tuple(id for id in ids if id)


class LabelsForm(CursorForm):
    """Which barcodes to print, on which sheets, and where the first of them begins.

    They are those of a range, or those `chosen` elsewhere: this is the field of the message that holds these.
    """

    first = number_field(gettext_lazy("First barcode"), gettext_lazy("Scan or type it."), required=True)
    last = number_field(
        gettext_lazy("Last barcode"), gettext_lazy("Left empty, only the first is printed. As long as the first.")
    )
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.chosen] = IdsField()
        if self.is_bound and self.data.get(self.chosen):
            del self.fields["first"], self.fields["last"]

    def _chosen(self, name: str) -> bool:
        """After the first barcode, which a scanner sends off at once, the focus waits for the last."""
        return name not in {"first", "last"} or bool(self[name].value())

    def message_fields(self) -> set[str]:
        return super().message_fields() - {"sheet", "first_cell", "kind"}

    def to_message(self) -> Message[Any]:
        """As many as fill the sheets, so that the next page begins with a new one."""
        sheet, used = self.cleaned_data["sheet"], self.cleaned_data["first_cell"] - 1
        names = {"first", "last", "cursor", self.chosen} & self.cleaned_data.keys()
        asked: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        asked["page_size"] = SHEETS_AT_A_TIME * sheet.cells - used
        return self.message(**asked)


class GetBookLabelsForm(LabelsForm):
    """Barcodes, or spine labels of the same books."""

    message = GetBookLabels
    chosen = "book_ids"
    SPINE = "spine"

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of label"),
        required=False,
        choices=[("", gettext_lazy("Barcode")), (SPINE, gettext_lazy("Spine label: the shelf mark"))],
    )

    def _chosen(self, name: str) -> bool:
        return name == "kind" or super()._chosen(name)
