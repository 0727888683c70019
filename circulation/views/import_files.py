"""Pages of imports: which there are, one of them with how far it is, and its report."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.lists import CursorForm
from circulation.forms.imports import (
    GetImportForm,
    GetImportReportForm,
    UndoImportForm,
)
from circulation.forms.reading import format_in_words
from circulation.models import FileImport, ImportedRow
from circulation.queries import GetImports
from circulation.queries.get_import import ImportFile
from circulation.queries.get_import_report import RowOfReport
from library_site.cqrs.operations import operation_of
from library_site.html.forms import MessageForm
from library_site.html.links import Link, task_link
from library_site.html.lists import CSV, ListView, QueryView
from library_site.html.pages import Group, page

from .imports import (
    BeginImportView,
    CloseImportView,
    ContinueImportView,
    OfImport,
    PreviewImportView,
    form_of,
    is_of_the_shell,
)

PREVIEWED = 10
"""Of the first rows, how many are shown: what comes below is to be seen, too."""

BEGUN, DONE, CLOSED, UNDONE = FileImport.State


@page(
    "import", group=Group.IMPORT, place=10, name=gettext_lazy("Import"), purpose=gettext_lazy("Books, people or loans")
)
class GetImportsView(QueryView):
    form_class = CursorForm.of(GetImports)
    title = gettext_lazy("Import")
    template_name = "imports.html"
    table = "tables/imports.html"
    lead = gettext_lazy(
        "Books first, then people, then what is on loan. What a file is taken for is shown before anything of it is in "
        "the library. What is there already is not added again."
    )
    empty = gettext_lazy("No file has been imported yet.")

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        chosen = self.request.GET.get("kind", "")
        kind = chosen if chosen in FileImport.Kind else FileImport.Kind.BOOKS
        if begin := form_of(self, BeginImportView, shown={"kind": kind}, options=""):
            begin["form"].take_focus()
        return super().render_page(form, status=status, **values | {"may_begin": begin})


@page(
    "import/file", group=Group.IMPORT, place=30, name=gettext_lazy("One import"), purpose=gettext_lazy("How far it is")
)
class GetImportView(OfImport, QueryView):
    form_class = GetImportForm
    template_name = "import.html"
    table = ""
    empty = gettext_lazy("The library has no such import.")

    def page_context(self, form: GetImportForm, page: Any) -> dict[str, Any]:
        file: ImportFile | None = next(iter(page.rows), None)
        if file is None:
            return {"page": page}
        is_open = file.state in {BEGUN, DONE}
        return {
            "page": page,
            "row": file,
            "title": _("Import of {file}").format(file=file.file_name),
            "format": format_in_words(file.format),
            "kind": FileImport.Kind(file.kind).label,
            "counts": self._counts(file),
            "step": form_of(self, ContinueImportView, import_id=file.id, position=file.position)
            if file.state == BEGUN and file.rows
            else None,
            "reading": self._reading(file),
            "preview": file.preview[:PREVIEWED] if not file.position else [],
            "links": [*self._next(file), *self._report(file)],
            "close": form_of(self, CloseImportView, import_id=file.id) if is_open else None,
            "undo": task_link(operation_of(UndoImportForm.message), self.context(), import_id=file.id)
            if (file.added or is_of_the_shell(file)) and file.state != UNDONE
            else None,
            "is_open": is_open,
        }

    def _reading(self, file: ImportFile) -> dict[str, Any] | None:
        """The form by which the columns are chosen otherwise, before the first step."""
        if file.state != BEGUN or file.position or not file.columns:
            return None
        if found := form_of(self, PreviewImportView, import_id=file.id):
            found["form"].fields["options"].widget.file = file
        return found

    def _report(self, file: ImportFile) -> list[Link]:
        """To look at, and as a file; there is one from the first step until the import is closed."""
        if file.state not in {BEGUN, DONE} or not file.position:
            return []
        links = self.task_links((_("Report"), "get_import_report", {"import_id": file.id}))
        csv_url = reverse("get_import_report", kwargs={"kind": CSV})
        return [*links, *(Link(_("Report as CSV"), f"{csv_url}?import_id={file.id}") for _link in links)]

    def _next(self, file: ImportFile) -> list[Link]:
        """What comes in after it, when a library moves in."""
        after = {FileImport.Kind.BOOKS: FileImport.Kind.PEOPLE, FileImport.Kind.PEOPLE: FileImport.Kind.LOANS}
        kind = after.get(FileImport.Kind(file.kind)) if file.state == DONE else None
        if kind is None:
            return []
        return self.task_links((_("Import next: {kind}").format(kind=kind.label), "get_imports", {"kind": kind.value}))

    def _counts(self, file: ImportFile) -> list[tuple[str, int, str]]:
        """What became of the rows: in words, how many, and the link to them."""
        found = {
            ImportedRow.Fate.ADDED: file.added,
            ImportedRow.Fate.THERE: file.there,
            ImportedRow.Fate.OTHER: file.others,
            ImportedRow.Fate.REJECTED: file.rejected,
        }
        is_kept = file.state in {BEGUN, DONE} and file.position
        links = {
            fate: self.task_links(("", "get_import_report", {"import_id": file.id, "fate": fate.value}))
            for fate in found
            if is_kept and found[fate]
        }
        urls = {fate: link.url for fate, some in links.items() for link in some}
        return [(str(fate.label), number, urls.get(fate, "")) for fate, number in found.items()]


@page("import/report", group=Group.IMPORT, place=60, purpose=gettext_lazy("What became of each row"))
class GetImportReportView(OfImport, ListView):
    form_class = GetImportReportForm
    template_name = "import_report.html"
    table = "tables/fates.html"
    columns = {
        "line": gettext_lazy("Line or record"),
        "fate": gettext_lazy("What became of it"),
        "taken_for": gettext_lazy("Taken for"),
        "remarks": gettext_lazy("Remarks"),
    }
    empty = gettext_lazy("There is no such row. The report goes when the import is closed.")

    def value(self, row: RowOfReport, name: str) -> Any:
        return ImportedRow.Fate(row.fate).label if name == "fate" else super().value(row, name)

    def page_context(self, form: Any, page: Any) -> dict[str, Any]:
        import_id = form.cleaned_data["import_id"]
        back = self.task_links((_("Back to the import"), "get_import", {"import_id": import_id}))
        return super().page_context(form, page) | {"back": back}
