from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from catalog.domain.barcodes import barcode_range
from catalog.models import Book
from catalog.policies import BarcodeKind
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of, read_database


@dataclass(frozen=True, kw_only=True)
class BookLabel:
    """What stands on the label of a book (`id`)."""

    id: UUID
    barcode: str
    title: str
    author_name: str


@dataclass(frozen=True, kw_only=True)
class GetBookLabels(Query[Page[BookLabel]]):
    """`first` and `last` are barcodes, as scanned or typed; without `last`, the first is the only one."""

    first: str
    last: str = ""


@handles(GetBookLabels, title=_("Book labels"), refuses=(InvalidInput,))
def get_book_labels(query: GetBookLabels, context: Context) -> Page[BookLabel]:
    """What stands on the labels of the books whose barcodes lie in a range, by barcode.

    Books that were added together have consecutive barcodes, so a range is what one has to label.
    """
    labelled = barcode_range(BarcodeKind.BOOK, query.first, query.last)
    books = Book.objects.using(read_database()).filter(barcode__range=labelled)
    return page_of(BookLabel, books.annotate(author_name=F("author__name")), query, order_by=("barcode",))
