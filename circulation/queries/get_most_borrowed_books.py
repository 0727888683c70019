from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, F, FilteredRelation, Min, QuerySet, UUIDField, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Rank, RowNumber
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.models import PastLoan
from circulation.reading.kept import counted_seldom
from circulation.reading.spans import Span, span_of
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of, read_database

KEY = Case(When(isbn="", then=Cast("pk", CharField())), default=F("isbn"), output_field=CharField())
"""What copies of one title have in common."""

SHOWN = {"id": "copy_id", "title": "of_title", "isbn": "of_isbn", "author_name": "by_author"}


class BorrowedTitle(Data):
    """A title, by the `loans` of all its copies; those with as many have the same `rank`. `id` is one of the copies."""

    rank: int
    id: UUID
    title: str
    isbn: str
    author_name: str
    loans: int


class GetMostBorrowedBooks(Query[Page[BorrowedTitle]]):
    """Loans that were made from `first` to `last`: in the last 30 days, where they are not given."""

    first: date | None = None
    last: date | None = None


@handles(GetMostBorrowedBooks, title=_("Most borrowed"), refuses=(InvalidInput,))
@counted_seldom
def get_most_borrowed_books(query: GetMostBorrowedBooks, context: Context) -> Page[BorrowedTitle]:
    """The titles that were lent in a span of days, the most often lent at the top. Copies with one ISBN are a title."""
    span = span_of(query.first, query.last, context.today)
    books = Book.objects.using(read_database()).order_by().filter(pk__in=_lent(span))
    past = FilteredRelation("pastloan", condition=span.of("pastloan__borrowed_at"))
    titles = (
        books.annotate(lent=past)
        .values(key=KEY)
        .annotate(
            loans=Count("lent") + Count("pk", distinct=True, filter=span.of("borrowed_at")),
            copy_id=Cast(Min(Cast("pk", CharField())), UUIDField()),
            of_title=Min("title"),
            of_isbn=Min("isbn"),
            by_author=Coalesce(Min("author__name"), Value("")),
        )
    )
    best = F("loans").desc()
    titles = titles.annotate(
        rank=Window(Rank(), order_by=best), place=Window(RowNumber(), order_by=[best, F("key").asc()])
    )
    return page_of(BorrowedTitle, titles, query, order_by=("place",), columns=SHOWN)


def _lent(span: Span) -> "QuerySet[Any]":
    """The books that were lent in a span, by their index: few of all that there are."""
    on_loan = Book.objects.order_by().filter(span.of("borrowed_at"), status=Book.Status.BORROWED).values("pk")
    return on_loan.union(PastLoan.objects.order_by().filter(span.of("borrowed_at")).values("book"))
