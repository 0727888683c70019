"""REST tasks of the statistics: what was lent, what is late, what is read most, and what there is."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BOOK
from catalog.models import Book
from circulation.queries import GetLoansOverTime, GetMostBorrowedBooks, GetOverdueByAge, GetStockByState
from circulation.queries.get_loans_over_time import PERIODS
from library_site.rest.tasks import CountedRow, PageRequest, TaskViewSet, rest_task


class SpanRequest(PageRequest):
    first = serializers.DateField(
        required=False, help_text="The first day; if it is not given, the 30 days up to the last."
    )
    last = serializers.DateField(required=False, help_text="The last day; today or the first, whichever is later.")


class LoansOverTimeRequest(SpanRequest):
    by = serializers.ChoiceField(required=False, choices=PERIODS, help_text="What to count by; if not given, days.")


class LoansInPeriodRow(CountedRow):
    first = serializers.DateField()
    last = serializers.DateField(help_text="The last day of the period that is in the span.")
    loans = serializers.IntegerField(help_text="Loans that were made.")
    returns = serializers.IntegerField(help_text="Books that came back.")


class OverdueAgeRow(serializers.Serializer[Any]):
    days_from = serializers.IntegerField(help_text="Overdue by at least so many days.")
    days_to = serializers.IntegerField(allow_null=True, help_text="And by at most so many.")
    loans = serializers.IntegerField()


class BorrowedTitleRow(CountedRow):
    rank = serializers.IntegerField(help_text="From 1; titles with as many loans have the same.")
    id = serializers.UUIDField(help_text="One of the copies.")
    title = serializers.CharField()
    isbn = serializers.CharField(help_text="Copies with one ISBN are one title. Empty: a book without ISBN.")
    author_name = serializers.CharField()
    loans = serializers.IntegerField(help_text="Of all copies.")


class StockInStateRow(CountedRow):
    status = serializers.ChoiceField(choices=Book.Status.choices)
    books = serializers.IntegerField()
    overdue = serializers.IntegerField(help_text="How many of them should be back by now.")


class StatisticsTasks(TaskViewSet):
    @rest_task(
        GetLoansOverTime,
        "loans",
        takes=LoansOverTimeRequest,
        answers=LoansInPeriodRow,
        answer_example={"first": "2026-11-16", "last": "2026-11-22", "loans": 143, "returns": 138},
    )
    def loans(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetOverdueByAge,
        "overdue",
        answers=OverdueAgeRow,
        answer_example={"days_from": 1, "days_to": 7, "loans": 12},
    )
    def overdue(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetMostBorrowedBooks,
        "most-borrowed",
        takes=SpanRequest,
        answers=BorrowedTitleRow,
        answer_example={"rank": 1, "id": BOOK, "title": "Dune", "isbn": "9780441013593"}
        | {"author_name": "Frank Herbert", "loans": 17},
    )
    def most_borrowed(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetStockByState,
        "stock",
        answers=StockInStateRow,
        answer_example={"status": "BORROWED", "books": 312, "overdue": 24},
    )
    def stock(self, request: Request) -> Response:
        return self.perform(request)
