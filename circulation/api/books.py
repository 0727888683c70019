"""REST tasks of the books themselves: missing, found, corrected, withdrawn, restored; and the file on each."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import AUTHOR, BOOK, LABEL, OPTIONAL, AuthorReference, DescribedRequest
from catalog.models import MAX_TITLE, Book
from circulation.commands import CorrectBook, ReportFoundBook, ReportMissingBook, RestoreBook, WithdrawBook
from circulation.domain.loans import LENDING, RENEWAL, RETURN
from circulation.queries import GetBookFile
from library_site.rest.tasks import OverrideField, OverridingRequest, TaskViewSet, rest_task

from .examples import LOAN, MISSING_BOOK, RESERVATION, USER
from .lending import WhereItGoes


class BookReportedMissingAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True, help_text="The borrower who was suspended, if there was one.")


class BookReportedFoundAnswer(WhereItGoes):
    book_id = serializers.UUIDField()
    reinstated_user_id = serializers.UUIDField(allow_null=True, help_text="Who may borrow again.")


class CorrectBookRequest(DescribedRequest):
    """What is not given stays."""

    title = serializers.CharField(required=False, max_length=MAX_TITLE)
    isbn = serializers.CharField(**OPTIONAL, max_length=20, help_text="ISBN-10 or ISBN-13; empty: it has none.")
    author = AuthorReference(required=False, allow_null=True)
    barcode = serializers.CharField(**LABEL)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        return asked | ({"author": {"name": ""}} if asked.get("author", ...) is None else {})


class BookCorrectedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    author_id = serializers.UUIDField(allow_null=True)
    author_added = serializers.BooleanField()


class WithdrawBookRequest(OverridingRequest):
    reason = serializers.CharField(max_length=500, help_text="Why, for the journal. It names nobody.")
    override = OverrideField(WithdrawBook)


class BookWithdrawalAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    queued_user_id = serializers.UUIDField(
        allow_null=True, help_text="For whom the book was on hold, who is first in the queue again."
    )


class BookRestoredAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    reinstated_user_id = serializers.UUIDField(allow_null=True, help_text="Who may borrow again.")
    reserved_for_user_id = serializers.UUIDField(allow_null=True, help_text="For whom it waits on the hold shelf.")


class BookFileRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    isbn = serializers.CharField()
    barcode = serializers.CharField()
    author_id = serializers.UUIDField(allow_null=True)
    author_name = serializers.CharField(help_text="Empty: it has no author.")
    statement_of_responsibility = serializers.CharField()
    shelf_mark = serializers.CharField()
    condition = serializers.CharField(help_text="What the desk is to know when it comes back.")
    status = serializers.ChoiceField(choices=Book.Status.choices)
    borrower_id = serializers.UUIDField(allow_null=True)
    borrower_name = serializers.CharField(allow_null=True)
    loan_id = serializers.UUIDField(allow_null=True)
    borrowed_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    renewals = serializers.IntegerField(help_text="How often the loan has been renewed.")
    reservation_id = serializers.UUIDField(
        allow_null=True, help_text="The reservation by which it waits on the hold shelf."
    )
    reserved_for_user_id = serializers.UUIDField(allow_null=True)
    reserved_for_name = serializers.CharField(allow_null=True)
    held_until = serializers.DateField(allow_null=True, help_text="The last day on which it waits there.")
    copies = serializers.IntegerField(help_text="Of the title, this one among them; withdrawn ones are none.")
    copies_available = serializers.IntegerField()
    queued = serializers.IntegerField(help_text="How many people wait for a copy to come back.")
    last_done = serializers.ChoiceField(
        choices=[RETURN, LENDING, RENEWAL], allow_null=True, help_text="What was done last, if it may be undone."
    )
    last_done_on = serializers.DateField(allow_null=True, help_text="The day on which it may be undone.")
    due_before = serializers.DateField(allow_null=True, help_text="When the book was due before it was renewed.")


class BookTasks(TaskViewSet):
    @rest_task(
        ReportMissingBook,
        "missing",
        detail=True,
        answers=BookReportedMissingAnswer,
        answer_example={"book_id": BOOK, "user_id": USER},
    )
    def report_missing(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        ReportFoundBook,
        "found",
        detail=True,
        answers=BookReportedFoundAnswer,
        answer_example={
            "book_id": BOOK,
            "reinstated_user_id": None,
            "book_status": "ON_HOLD",
            "reservation_id": RESERVATION,
            "reserved_for_user_id": USER,
            "held_until": "2026-12-28",
        },
    )
    def report_found(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        CorrectBook,
        "correct",
        detail=True,
        takes=CorrectBookRequest,
        request_example={"title": "Dune Messiah", "author": {"name": "Frank Herbert"}},
        answers=BookCorrectedAnswer,
        answer_example={"book_id": BOOK, "author_id": AUTHOR, "author_added": False},
    )
    def correct(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        WithdrawBook,
        "withdraw",
        detail=True,
        takes=WithdrawBookRequest,
        request_example={"reason": "Worn out."},
        answers=BookWithdrawalAnswer,
        answer_example={"book_id": BOOK, "queued_user_id": None},
    )
    def withdraw(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        RestoreBook,
        "restore",
        detail=True,
        answers=BookRestoredAnswer,
        answer_example={"book_id": BOOK, "reinstated_user_id": None, "reserved_for_user_id": None},
    )
    def restore(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        GetBookFile,
        "file",
        detail=True,
        answers=BookFileRow,
        answer_example=MISSING_BOOK
        | {
            "statement_of_responsibility": "by Frank Herbert",
            "condition": "",
            "status": "BORROWED",
            "borrower_id": USER,
            "borrower_name": "Ann Lee",
        }
        | {"loan_id": LOAN, "borrowed_at": "2026-11-23T09:30:00Z", "due_on": "2026-12-21", "renewals": 0}
        | dict.fromkeys(("reservation_id", "reserved_for_user_id", "reserved_for_name", "held_until"))
        | {"copies": 2, "copies_available": 0, "queued": 1}
        | {"last_done": "loan", "last_done_on": "2026-11-23", "due_before": None},
    )
    def file(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)
