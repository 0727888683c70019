from uuid import UUID

from django.db.models import CharField, IntegerField, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from catalog.domain.barcodes import barcode_range, few
from catalog.models import Book, author_name
from catalog.policies import BarcodeKind
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class BookLabel(Data):
    """What stands on the label of a book (`id`)."""

    id: UUID
    barcode: str
    title: str
    author_name: str
    shelf_mark: str


class GetBookLabels(Query[Page[BookLabel]]):
    """`first` and `last` are barcodes, as scanned or typed; without `last`, the first is the only one.

    Or `book_ids` are those that are meant, up to MAX_PAGE_SIZE.
    """

    first: str = ""
    last: str = ""
    book_ids: tuple[UUID, ...] = ()


@handles(GetBookLabels, title=_("Book labels"), refuses=(InvalidInput,))
def get_book_labels(query: GetBookLabels, context: Context) -> Page[BookLabel]:
    """What stands on the labels of the books whose barcodes lie in a range, by barcode.

    Books that were added together have consecutive barcodes, so a range is what one has to label. Or of those chosen.
    """
    if query.book_ids:
        return page_of(BookLabel, _chosen(few(query.book_ids, "book_ids")), query, order_by=("barcode",))
    first, last = barcode_range(BarcodeKind.BOOK, query.first, query.last)
    return page_of(
        BookLabel, _books, query, order_by=("barcode",), given={"first": first, "last": last, "length": len(first)}
    )


def _books() -> "QuerySet[Book]":
    """As long as the first: between A-1 and A-9 there is no A-10."""
    books = Book.objects.annotate(length=Length("barcode")).filter(length=Given("length", IntegerField()))
    return _labels(books.filter(barcode__range=[Given(name, CharField()) for name in ("first", "last")]))


def _chosen(ids: tuple[UUID, ...]) -> "QuerySet[Book]":
    return _labels(Book.objects.filter(pk__in=ids))


def _labels(books: "QuerySet[Book]") -> "QuerySet[Book]":
    return books.annotate(author_name=author_name())
