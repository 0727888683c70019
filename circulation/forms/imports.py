"""Forms of imports: a file, and which import a task is about."""

import shlex
from base64 import b64encode
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.lists import CursorForm
from circulation.commands import BeginImport, CloseImport, ContinueImport, PreviewImport, UndoImport
from circulation.domain.imports.files import MOST_BYTES
from circulation.forms.reading import HowItIsRead
from circulation.models import FileImport, ImportedRow
from circulation.queries import GetImport, GetImportReport
from library_site.html.forms import TaskForm

TOO_LARGE = _(
    "The file has more than 4 MB, and a page takes no larger one. In the shell, import_books, import_people and "
    "import_loans do."
)
SUFFIXES = ".csv,.tsv,.txt,.mrc,.marc,.xml"


def import_field(**kwargs: Any) -> forms.UUIDField:
    """Which import it is; those to choose from are the view's to find."""
    return forms.UUIDField(label=_("Import"), widget=forms.Select, **kwargs)


class SmallFile(forms.FileField):
    """A file that a page takes. A script says it before a larger one is sent."""

    def __init__(self) -> None:
        said = {"accept": SUFFIXES, "data-most": MOST_BYTES, "data-too-large": TOO_LARGE}
        super().__init__(
            label=_("File"),
            help_text=_("CSV, TSV or MARC, of at most 4 MB."),
            widget=forms.FileInput(attrs=said),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return file


class BeginImportForm(TaskForm):
    """A file that cannot be read as it is comes with what is to be known of it."""

    message = BeginImport
    about: ClassVar = {"empty": "file"}
    more = ("options",)

    kind = forms.CharField(label=_("What is in it"), widget=forms.Select(choices=FileImport.Kind.choices))
    file = SmallFile()
    options = forms.CharField(
        label=_("How it is read"),
        help_text=_("Only where it is not recognised, as the shell has it: title-column=2 header=0 encoding=cp1252"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        required=False,
        max_length=500,
    )

    def clean_options(self) -> tuple[str, ...]:
        try:
            return tuple(shlex.split(self.cleaned_data["options"]))
        except ValueError as error:
            raise forms.ValidationError(_("A quotation mark has no other one."), code="invalid") from error

    @property
    def is_unfolded(self) -> bool:
        """Where a file cannot be read, something may be known of it."""
        return super().is_unfolded or "file" in self.errors

    def message_fields(self) -> set[str]:
        return (super().message_fields() - {"file"}) | {"file_name", "content"}

    def to_message(self) -> BeginImport:
        said = dict(self.cleaned_data)
        file = said.pop("file")
        file.seek(0)  # its key is of its content, too
        return BeginImport(file_name=file.name, content=b64encode(file.read()).decode(), **said)

    def _form_field(self, field: str) -> str | None:
        return "file" if field in {"content", "file_name"} else super()._form_field(field)


class PreviewImportForm(TaskForm):
    message = PreviewImport

    import_id = import_field()
    options = forms.Field(label=_("How it is read"), widget=HowItIsRead, required=False)

    def _form_field(self, field: str) -> str | None:
        return "options" if field == "content" else super()._form_field(field)


class ContinueImportForm(TaskForm):
    message = ContinueImport

    import_id = import_field()
    position = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0, max_value=2**31 - 1)


class CloseImportForm(TaskForm):
    message = CloseImport

    import_id = import_field()


class UndoImportForm(TaskForm):
    message = UndoImport

    import_id = import_field()


class GetImportForm(CursorForm):
    message = GetImport

    import_id = import_field()


class GetImportReportForm(CursorForm):
    message = GetImportReport

    import_id = import_field()
    fate = forms.CharField(
        label=_("What became of it"),
        required=False,
        widget=forms.Select(choices=[("", _("Any")), *ImportedRow.Fate.choices]),
    )

    def clean_fate(self) -> str | None:
        return self.cleaned_data["fate"] or None
