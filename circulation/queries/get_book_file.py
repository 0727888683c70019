from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, DateField, F, OuterRef, QuerySet, UUIDField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from catalog.models import Book, author_name
from circulation.reading.annotations import copies, counted, queued
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class BookFile(Data):
    """Who has it and until when, or for whom it waits on the hold shelf; and how its title stands.

    `copies` are those of the title that are not withdrawn, this one among them; `queued` people wait for one.
    `last_done` (a return, loan or renewal) may be undone on the day `last_done_on`; before a renewal, the book was due
    on `due_before`.
    """

    id: UUID
    title: str
    isbn: str
    barcode: str
    author_id: UUID | None
    author_name: str
    statement_of_responsibility: str
    shelf_mark: str
    condition: str
    status: str
    borrower_id: UUID | None
    borrower_name: str | None
    loan_id: UUID | None
    borrowed_at: datetime | None
    due_on: date | None
    renewals: int
    reservation_id: UUID | None
    reserved_for_user_id: UUID | None
    reserved_for_name: str | None
    held_until: date | None
    copies: int
    copies_available: int
    queued: int
    last_done: str | None
    last_done_on: date | None
    due_before: date | None


class GetBookFile(Query[Page[BookFile]]):
    book_id: UUID


@handles(GetBookFile, title=_("Book"), refuses=(InvalidInput,))
def get_book_file(query: GetBookFile, context: Context) -> Page[BookFile]:
    """Where a book is, who has it or waits for it, and how many copies there are. One row, or none."""
    return page_of(BookFile, _books, query, order_by=("id",))


def _books() -> "QuerySet[Book]":
    title = copies(OuterRef("isbn"), OuterRef("pk")).exclude(status=Book.Status.WITHDRAWN)
    queue = queued(copies(OuterRef(OuterRef("isbn")), OuterRef(OuterRef("pk"))))
    return Book.objects.filter(pk=Given("book_id", UUIDField())).annotate(
        author_name=author_name(),
        borrower_name=F("borrower__name"),
        reserved_for_user_id=F("reservation__user_id"),
        reserved_for_name=F("reservation__user__name"),
        copies=counted(title),
        copies_available=counted(title.filter(status=Book.Status.AVAILABLE)),
        queued=counted(queue),
        last_done=Case(When(undo__why_not__isnull=True, then=KeyTextTransform("did", "undo"))),
        last_done_on=Cast(KeyTextTransform("day", "undo"), DateField()),
        due_before=Cast(KeyTextTransform("due_on", "undo"), DateField()),
    )
