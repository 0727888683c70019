"""Pages of labels to print."""

from typing import Any

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy, ngettext

from catalog.forms.lists import GetBookLabelsForm, LabelsForm
from catalog.labels import Label, SheetKind, on_sheets, pictures, spine_label
from catalog.queries.get_book_labels import BookLabel
from library_site.cqrs import Context
from library_site.cqrs.operations import operation_of
from library_site.html.links import Link, task_link
from library_site.html.lists import QueryView
from library_site.html.pages import Group, page


@method_decorator(csp_update({"style-src": [SELF, NONCE]}), name="dispatch")  # for the measures of the sheet
class LabelsView(QueryView):
    """Sheets of labels to print, some at a time; after those comes a new sheet."""

    template_name = "labels.html"
    table = ""

    @classmethod
    def links_to(cls, context: Context, *barcodes: str) -> list[Link]:
        """To the labels with these barcodes, which are consecutive; none for who may not print them."""
        asked = {"first": barcodes[0]} | ({"last": barcodes[-1]} if len(barcodes) > 1 else {})
        link = task_link(operation_of(cls.form_class.message), context, **asked)
        text = ngettext("Print label", "Print labels", len(barcodes))
        return [link._replace(text=text)] if link else []

    def texts(self, row: Any) -> tuple[str, str]:
        """The title or name on a label, and the author, if there is one."""
        raise NotImplementedError

    def labels(self, form: LabelsForm, rows: list[Any], sheet: SheetKind) -> list[Any]:
        """What is printed of these rows, on this kind of sheet."""
        images = pictures((row.barcode for row in rows), sheet)
        return [Label(row.barcode, *self.texts(row), image) for row, image in zip(rows, images, strict=True)]

    def page_context(self, form: LabelsForm, page: Any) -> dict[str, Any]:
        sheet, first_cell = form.cleaned_data["sheet"], form.cleaned_data["first_cell"]
        labels = self.labels(form, page.rows, sheet)
        further = self.request.GET.copy()
        further["cursor"], further["first_cell"] = page.next or "", "1"
        return {
            "page": page,
            "sheet": sheet,
            "sheets": on_sheets(labels, sheet, first_cell),
            "too_long": [label.barcode for label in labels if isinstance(label, Label) and not label.picture],
            "next_url": page.next and f"{self.request.path}?{further.urlencode()}",
        }


@page("book-labels", group=Group.CATALOGUE, place=50, purpose=gettext_lazy("Barcodes and shelf marks to stick on"))
class GetBookLabelsView(LabelsView):
    form_class = GetBookLabelsForm
    lead = gettext_lazy(
        "Barcodes to stick on books, or spine labels. Books that were added one after the other have consecutive "
        "numbers."
    )
    empty = gettext_lazy("No book has one of these barcodes.")

    def texts(self, row: BookLabel) -> tuple[str, str]:
        return row.title, row.author_name

    def labels(self, form: LabelsForm, rows: list[Any], sheet: SheetKind) -> list[Any]:
        """Spine labels, if these are asked for; a book without shelf mark has none."""
        if form.cleaned_data["kind"] != GetBookLabelsForm.SPINE:
            return super().labels(form, rows, sheet)
        return [spine_label(row.shelf_mark, row.title, sheet) for row in rows if row.shelf_mark]

    def page_context(self, form: LabelsForm, page: Any) -> dict[str, Any]:
        """How many books have no shelf mark."""
        is_spine = form.cleaned_data["kind"] == GetBookLabelsForm.SPINE
        unmarked = [row for row in page.rows if not row.shelf_mark] if is_spine else []
        return super().page_context(form, page) | {"unmarked": len(unmarked)}
