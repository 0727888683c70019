from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _

from circulation.models import PastLoan
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class PastLoanOfBook(Data):
    """`ending` is RETURNED, or MISSING: then the loss stands until `resolved_at`."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    user_name: str
    user_birth_date: date | None
    user_barcode: str
    borrowed_at: datetime | None
    due_on: date | None
    ended_at: datetime
    ending: str
    resolved_at: datetime | None


class GetBookHistory(Query[Page[PastLoanOfBook]]):
    book_id: UUID


@handles(GetBookHistory, title=_("Book history"), refuses=(InvalidInput,))
def get_book_history(query: GetBookHistory, context: Context) -> Page[PastLoanOfBook]:
    """Who has had a book, the last one at the top."""
    return page_of(PastLoanOfBook, _loans, query, order_by=("-ended_at", "-id"), columns={"loan_id": "id"})


def _loans() -> "QuerySet[PastLoan]":
    loans = PastLoan.objects.filter(book=Given("book_id", UUIDField()))
    return loans.annotate(
        user_id=F("borrower_id"),
        user_name=F("borrower__name"),
        user_birth_date=F("borrower__birth_date"),
        user_barcode=F("borrower__barcode"),
    )
