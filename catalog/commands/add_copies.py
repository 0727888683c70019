from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.arrivals import add_copies_of_one_title
from catalog.domain.authors import find_or_add_author
from catalog.domain.barcodes import BarcodeTaken, label_of, refuse_taken
from catalog.models import Book
from catalog.policies import BarcodeKind
from library_site.cqrs import Command, Context, Data, InvalidInput, NotFound, Overtaken, handles, personal
from library_site.cqrs.validation import check_fields

MAX_COPIES = 50

SAME = ("title", "isbn", "author_id", "statement_of_responsibility", "shelf_mark", "source_record_id")
"""What copies have in common."""


class CopiesAdded(Data):
    """The new books and their barcodes; how many of them people waited for, who are now on the hold shelf."""

    book_ids: tuple[UUID, ...]
    barcodes: tuple[str, ...]
    on_hold: int


class AddCopies(Command[CopiesAdded]):
    """`book_id` is any copy of the title; `copies` is how many more there are, 1 to MAX_COPIES.

    `barcode` is the one on the label of a single copy; without it, the next numbers are given.
    """

    book_id: UUID
    copies: int = 1
    barcode: str = personal(kept=label_of, default="")


@handles(AddCopies, title=gettext_lazy("Add copies"), refuses=(InvalidInput, NotFound, BarcodeTaken))
def add_copies(command: AddCopies, context: Context) -> CopiesAdded:
    """Add more copies of a book that the library has, available to borrow.

    Of a title with an ISBN, copies that people wait for go to the hold shelf at once.
    """
    if not 1 <= command.copies <= MAX_COPIES:
        message = _("Add 1 to {limit} copies at a time.")
        raise InvalidInput.of("copies", message.format(limit=MAX_COPIES), "out_of_range")
    label = command.barcode.strip()
    check_fields(Book(barcode=label), {"barcode": "barcode"})
    if label and command.copies > 1:
        raise InvalidInput.of("barcode", _("A label is of one copy: add several without it, or one by one."))
    known = Book.objects.filter(pk=command.book_id).values(*SAME)
    copied = known.first()
    if copied is None:
        raise NotFound(_("The library has no book with this id."), book_id=command.book_id)
    author = find_or_add_author(copied["author_id"], None)[0]
    copy = {name: value for name, value in copied.items() if name != "author_id"} | {"author": author, "barcode": label}
    books = [Book(**copy) for _ in range(command.copies)]
    refuse_taken(BarcodeKind.BOOK, books[0])
    add_copies_of_one_title(books, command, context)
    if known.first() != copied:  # corrected, before its copies were locked
        raise Overtaken
    return CopiesAdded(
        book_ids=tuple(book.pk for book in books),
        barcodes=tuple(book.barcode for book in books),
        on_hold=sum(book.status == Book.Status.ON_HOLD for book in books),
    )
