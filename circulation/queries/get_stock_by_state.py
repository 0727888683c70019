from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import overdue
from circulation.reading.kept import counted_seldom
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of_all, read_database


class StockInState(Data):
    """How many books are in a state; `overdue` of them should be back by now."""

    status: str
    books: int
    overdue: int


class GetStockByState(Query[Page[StockInState]]):
    pass


@handles(GetStockByState, title=_("Stock by state"), refuses=(InvalidInput,))
@counted_seldom
def get_stock_by_state(query: GetStockByState, context: Context) -> Page[StockInState]:
    """How many books are available, on loan, on the hold shelf, missing, withdrawn; every state has a row."""
    books = Book.objects.using(read_database()).order_by().values("status")
    counted = books.annotate(books=Count("pk"), overdue=Count("pk", filter=overdue(context.today)))
    found = {row["status"]: StockInState(**row) for row in counted}
    order = list(Book.Status.values)
    rows = [found.get(status) or StockInState(status=status, books=0, overdue=0) for status in order]
    return page_of_all(rows, query, row=StockInState, place=lambda each: order.index(each.status))
