"""Pages of labels to print."""

from typing import Any

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy, ngettext

from catalog.forms.lists import GetBookLabelsForm, LabelsForm
from catalog.labels import Label, on_sheets, pictures
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

    def page_context(self, form: LabelsForm, page: Any) -> dict[str, Any]:
        sheet, first_cell = form.cleaned_data["sheet"], form.cleaned_data["first_cell"]
        images = pictures((row.barcode for row in page.rows), sheet)
        labels = [Label(row.barcode, *self.texts(row), image) for row, image in zip(page.rows, images, strict=True)]
        further = self.request.GET.copy()
        further["cursor"], further["first_cell"] = page.next or "", "1"
        return {
            "page": page,
            "sheet": sheet,
            "sheets": on_sheets(labels, sheet, first_cell),
            "next_url": page.next and f"{self.request.path}?{further.urlencode()}",
        }


@page("book-labels", group=Group.CATALOGUE, place=50, purpose=gettext_lazy("Barcodes to print and stick on"))
class GetBookLabelsView(LabelsView):
    form_class = GetBookLabelsForm
    lead = gettext_lazy(
        "Barcodes to stick on books. Books that were added one after the other have consecutive numbers."
    )
    empty = gettext_lazy("No book has one of these barcodes.")

    def texts(self, row: BookLabel) -> tuple[str, str]:
        return row.title, row.author_name
