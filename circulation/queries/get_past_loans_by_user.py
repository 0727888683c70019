from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _

from catalog.models import author_name
from circulation.models import PastLoan
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class PastLoanOfUser(Data):
    """`ending` is RETURNED, or MISSING: then the loss stands until `resolved_at`."""

    id: UUID
    loan_id: UUID
    book_id: UUID
    title: str
    author_name: str
    borrowed_at: datetime | None
    due_on: date | None
    ended_at: datetime
    ending: str
    resolved_at: datetime | None


class GetPastLoansByUser(Query[Page[PastLoanOfUser]]):
    user_id: UUID


@handles(GetPastLoansByUser, title=_("Past loans by person"), refuses=(InvalidInput,))
def get_past_loans_by_user(query: GetPastLoansByUser, context: Context) -> Page[PastLoanOfUser]:
    """The books that a person has had, the last one that came back at the top."""
    return page_of(PastLoanOfUser, _loans, query, order_by=("-ended_at", "-id"), columns={"loan_id": "id"})


def _loans() -> "QuerySet[PastLoan]":
    loans = PastLoan.objects.filter(borrower=Given("user_id", UUIDField()))
    return loans.annotate(title=F("book__title"), author_name=author_name("book__"))
