"""REST tasks of lending: borrow, renew, return, and each undone."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BOOK
from catalog.models import Book
from circulation.commands import BorrowBook, RenewLoan, ReturnBook, TakeOverLoan, UndoLoan, UndoRenewal, UndoReturn
from library_site.rest.tasks import IdField, OverrideField, OverridingRequest, TaskViewSet, rest_task

from .examples import LOAN, USER


class BorrowBookRequest(OverridingRequest):
    user_id = IdField(help_text="Who borrows the book: the id, or the barcode of the library card.")
    report_found = serializers.BooleanField(
        required=False, help_text="The book may be missing: it is reported found, and lent, in one step."
    )
    override = OverrideField(BorrowBook)


class LoanIdField(serializers.UUIDField):
    def __init__(self) -> None:
        super().__init__(allow_null=True, help_text="The loan; null in answers of before loans had an id.")


class BookBorrowedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    due_on = serializers.DateField(help_text="The last day on which the book is not overdue.")
    loan_id = LoanIdField()


class RenewLoanRequest(OverridingRequest):
    override = OverrideField(RenewLoan)


class LoanRenewedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="Who has it.")
    due_on = serializers.DateField(help_text="The last day on which the book is not overdue.")
    renewals = serializers.IntegerField(help_text="How often the loan has been renewed.")
    loan_id = LoanIdField()


class WhereItGoes(serializers.Serializer[Any]):
    """Of a book that is here: on its shelf, or on the hold shelf."""

    book_status = serializers.ChoiceField(choices=Book.Status.choices, help_text="What the book is now.")
    reservation_id = serializers.UUIDField(
        allow_null=True, help_text="The reservation by which it waits on the hold shelf."
    )
    reserved_for_user_id = serializers.UUIDField(allow_null=True, help_text="For whom it waits there.")
    held_until = serializers.DateField(allow_null=True, help_text="The last day on which it waits there.")


class BookReturnedAnswer(WhereItGoes):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True, help_text="Who had it; null: it was not on loan.")
    was_missing = serializers.BooleanField()
    reinstated_user_id = serializers.UUIDField(allow_null=True, help_text="Who may borrow again, now it is found.")
    passed_over_user_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="Whose turn it was, and who keeps the place, being suspended."
    )
    lost_by_user_id = serializers.UUIDField(allow_null=True, help_text="Whose loss of the book stood until now.")


class RenewalUndoneAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="Who has it.")
    due_on = serializers.DateField(
        allow_null=True, help_text="The last day on which the book is not overdue, as it was before."
    )
    renewals = serializers.IntegerField(help_text="How often the loan has been renewed.")
    loan_id = serializers.UUIDField(help_text="The loan.")


class ReturnUndoneAnswer(RenewalUndoneAnswer):
    queued_user_id = serializers.UUIDField(allow_null=True, help_text="For whom it was on hold, who waits again.")


class LoanUndoneAnswer(WhereItGoes):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="Who has it no longer.")


class TakeOverLoanRequest(serializers.Serializer[Any]):
    user_id = IdField(help_text="Who has the book: the id, or the barcode of the library card.")
    borrowed_on = serializers.DateField(
        required=False, allow_null=True, help_text="Since when; without it, for as long as the library lends."
    )
    due_on = serializers.DateField(
        required=False, allow_null=True, help_text="The last day; without it, after as long as the library lends."
    )


class LoanTakenOverAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    borrowed_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True, help_text="The last day on which the book is not overdue.")
    loan_id = LoanIdField()
    breaks = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the rules of lending that the loan breaks."
    )
    already_there = serializers.BooleanField(help_text="The library has, or had, the loan: nothing was changed.")


NOT_RESERVED: dict[str, Any] = {"reservation_id": None, "reserved_for_user_id": None, "held_until": None}


class LendingTasks(TaskViewSet):
    @rest_task(
        BorrowBook,
        "borrow",
        detail=True,
        takes=BorrowBookRequest,
        request_example={"user_id": USER},
        answers=BookBorrowedAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "due_on": "2026-12-21", "loan_id": LOAN},
    )
    def borrow(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        RenewLoan,
        "renew",
        detail=True,
        takes=RenewLoanRequest,
        request_example={"override": ["renewal_limit_reached"], "override_reason": "The new edition is not here yet."},
        answers=LoanRenewedAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "due_on": "2027-01-18", "renewals": 4, "loan_id": LOAN},
    )
    def renew(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        ReturnBook,
        "return",
        detail=True,
        answers=BookReturnedAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "was_missing": False, "reinstated_user_id": None}
        | {"book_status": "AVAILABLE"}
        | NOT_RESERVED
        | {"passed_over_user_ids": [], "lost_by_user_id": None},
    )
    def give_back(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        UndoLoan,
        "undo-loan",
        detail=True,
        answers=LoanUndoneAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "book_status": "AVAILABLE"} | NOT_RESERVED,
    )
    def undo_loan(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        UndoRenewal,
        "undo-renewal",
        detail=True,
        answers=RenewalUndoneAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "due_on": "2026-12-21", "renewals": 0, "loan_id": LOAN},
    )
    def undo_renewal(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        UndoReturn,
        "undo-return",
        detail=True,
        answers=ReturnUndoneAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "due_on": "2026-12-21", "renewals": 0}
        | {"loan_id": LOAN, "queued_user_id": None},
    )
    def undo_return(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        TakeOverLoan,
        "take-over-loan",
        detail=True,
        takes=TakeOverLoanRequest,
        request_example={"user_id": USER, "borrowed_on": "2026-11-02", "due_on": "2026-11-30"},
        answers=LoanTakenOverAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "borrowed_on": "2026-11-02", "due_on": "2026-11-30"}
        | {"loan_id": LOAN, "breaks": [], "already_there": False},
    )
    def take_over_loan(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)
