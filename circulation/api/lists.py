"""REST tasks of the lists of books: who has which, what is due, overdue or missing, and who had it before."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from circulation.models import PastLoan
from circulation.queries import (
    GetBookHistory,
    GetBorrowedBooksByUser,
    GetLoansDue,
    GetMissingBooks,
    GetOverdueLoans,
)
from library_site.rest.tasks import PageRequest, TaskViewSet, rest_task

from .examples import ENDED_LOAN, LISTED_BOOK, LOAN, MISSING_BOOK, NAMED_USER, OPEN_LOAN


class ListedBookRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    isbn = serializers.CharField()
    author_id = serializers.UUIDField(allow_null=True)
    author_name = serializers.CharField(help_text="Empty: it has no author.")


class MissingBookRow(ListedBookRow):
    barcode = serializers.CharField()
    shelf_mark = serializers.CharField(help_text="Where it should stand.")


class BorrowedBookRow(ListedBookRow):
    loan_id = serializers.UUIDField(help_text="The loan.")
    borrowed_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class OpenLoanRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The book.")
    title = serializers.CharField()
    barcode = serializers.CharField()
    author_name = serializers.CharField(help_text="Empty: it has no author.")
    shelf_mark = serializers.CharField()
    user_id = serializers.UUIDField(help_text="Who has it.")
    user_name = serializers.CharField()
    user_birth_date = serializers.DateField(allow_null=True, help_text="It tells people of one name apart.")
    user_barcode = serializers.CharField(help_text="The library card.")
    user_email = serializers.CharField(help_text="Empty: there is none.")
    loan_id = serializers.UUIDField(help_text="The loan.")
    due_on = serializers.DateField(help_text="The last day on which the book is not overdue.")
    renewals = serializers.IntegerField()


class OverdueLoansRequest(PageRequest):
    by_person = serializers.BooleanField(required=False, help_text="Those of one person stand together.")


class LoansDueRequest(PageRequest):
    first = serializers.DateField(required=False, help_text="The first due date; today, if it is not given.")
    last = serializers.DateField(required=False, help_text="The last one; today or the first, whichever is later.")


class EndedLoanRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The loan.")
    loan_id = serializers.UUIDField(help_text="The same.")
    borrowed_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField()
    ending = serializers.ChoiceField(choices=PastLoan.Ending.choices)
    resolved_at = serializers.DateTimeField(allow_null=True, help_text="Until then, a loss stands.")


class PastLoanOfBookRow(EndedLoanRow):
    user_id = serializers.UUIDField()
    user_name = serializers.CharField()
    user_birth_date = serializers.DateField(allow_null=True, help_text="It tells people of one name apart.")
    user_barcode = serializers.CharField(help_text="The library card.")


class LoanLists(TaskViewSet):
    @rest_task(
        GetBorrowedBooksByUser,
        "by-user/<uuid:user_id>",
        answers=BorrowedBookRow,
        answer_example=LISTED_BOOK | {"loan_id": LOAN, "borrowed_at": "2026-11-23T09:30:00Z", "due_on": "2026-12-21"},
    )
    def by_user(self, request: Request, user_id: UUID) -> Response:
        return self.perform(request, user_id=user_id)

    @rest_task(GetMissingBooks, "missing", answers=MissingBookRow, answer_example=MISSING_BOOK)
    def missing(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(GetOverdueLoans, "overdue", takes=OverdueLoansRequest, answers=OpenLoanRow, answer_example=OPEN_LOAN)
    def overdue(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(GetLoansDue, "due", takes=LoansDueRequest, answers=OpenLoanRow, answer_example=OPEN_LOAN)
    def due(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetBookHistory,
        "history",
        detail=True,
        answers=PastLoanOfBookRow,
        answer_example=ENDED_LOAN | NAMED_USER,
    )
    def history(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)
