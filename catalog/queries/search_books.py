from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book, author_name
from catalog.models.found import page_of_sought, page_of_words
from catalog.models.search import SORT_KEY, is_sought, readings
from catalog.policies import canonical_isbn
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.cqrs.barcodes import as_read

WHO_HAS_IT = "cqrs.get_borrowed_books_by_user"


class FoundBook(Data):
    """`condition` is what the desk is to know when it comes back.

    The last four say who has it and until when, or for whom it is on hold, if the actor may know.
    """

    id: UUID
    title: str
    isbn: str
    barcode: str
    author_id: UUID | None
    author_name: str
    status: str
    shelf_mark: str
    statement_of_responsibility: str
    condition: str
    borrower_id: UUID | None
    borrower_name: str | None
    due_on: date | None
    reserved_for_name: str | None


class SearchBooks(Query[Page[FoundBook]]):
    """`status`, when it is given, is the only one that is looked for. `recent` is of all, where `q` is empty.

    Whether `q` is a barcode is tried first, unless `is_barcode` says it.
    """

    q: str
    status: str | None = None
    recent: bool = False
    is_barcode: bool | None = None


@handles(SearchBooks, title=gettext_lazy("Search books"), refuses=(InvalidInput,))
def search_books(query: SearchBooks, context: Context) -> Page[FoundBook]:
    """Books by a few letters of each word of the title or the author, by ISBN (10 or 13 digits), barcode, or id.

    They come by title; of thousands, in another order that all its pages keep (catalog/models/found.py). Where nothing
    is searched for there is none, or on request the newest first.
    """
    status = None if query.status is None else _known_status(query.status)
    if query.recent and not query.q.strip():
        page = page_of(FoundBook, _books, query, order_by=("-id",), shape=("", status))
    else:
        page = _found(query, status)
    return page if context.actor.may(WHO_HAS_IT) else replace(page, rows=[_without_borrower(row) for row in page.rows])


def _found(query: SearchBooks, status: str | None) -> Page[FoundBook]:
    """By what was scanned, else by ISBN, else by words: a label that is there wins over an ISBN that reads the same."""
    isbn = canonical_isbn(as_read(query.q))
    tried = [] if query.is_barcode is False else readings(query.q)
    if page := page_of_sought(FoundBook, _books, query, tried, shape=(status,)):
        return page
    if query.is_barcode:
        return Page([], None, None)
    if isbn:
        given = {"sought": isbn}
        return page_of(FoundBook, _books, query, order_by=("sort_key", "id"), shape=("isbn", status), given=given)
    return page_of_words(FoundBook, _books, query, query.q, only=_like(status))


def _like(status: str | None) -> Q:
    return Q() if status is None else Q(status=status)


def _books(column: str, status: str | None = None) -> "QuerySet[Book]":
    books = Book.objects.filter(is_sought(column), _like(status))  # there are few, and indexes of one
    return books.annotate(
        author_name=author_name(),
        borrower_name=F("borrower__name"),
        reserved_for_name=F("reservation__user__name"),
        sort_key=SORT_KEY,
    )


def _without_borrower(book: FoundBook) -> FoundBook:
    return replace(book, borrower_id=None, borrower_name=None, due_on=None, reserved_for_name=None)


def _known_status(status: str) -> str:
    if status not in Book.Status:
        message = _("The status is one of {statuses}.")
        raise InvalidInput.of("status", message.format(statuses=", ".join(Book.Status)), "invalid_choice")
    return status
