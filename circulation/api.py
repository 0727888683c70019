"""REST tasks of circulation: /api/book/{id}/borrow and so on. Adapter: it translates, nothing else."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import AUTHOR, BOOK
from catalog.models import MAX_NAME
from circulation.commands import (
    BorrowBook,
    RegisterUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    ReturnBook,
    VerifyUser,
)
from circulation.models import MAX_EMAIL, LibraryUser
from circulation.queries import GetBorrowedBooksByUser, GetMissingBooks, SearchUsers
from library_site.cqrs.api import IdField, PageRequest, TaskRouter, TaskViewSet, task

USER = "01931f3e-7d00-7e22-b1aa-0123456789ab"


class BorrowBookRequest(serializers.Serializer[Any]):
    user_id = IdField(help_text="Who borrows the book.")


class BookBorrowedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    due_on = serializers.DateField(help_text="The last day on which the book is not overdue.")


class BookReturnedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True, help_text="Who had it; null: it was not on loan.")
    was_missing = serializers.BooleanField()
    reinstated_user_id = serializers.UUIDField(allow_null=True, help_text="Who may borrow again, now it is found.")


class LoanRenewedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="Who has it.")
    due_on = serializers.DateField(help_text="The last day on which the book is not overdue.")
    renewals = serializers.IntegerField(help_text="How often the loan has been renewed.")


class BookReportedMissingAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True, help_text="The borrower who was suspended, if there was one.")


class BookReportedFoundAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    reinstated_user_id = serializers.UUIDField(allow_null=True, help_text="Who may borrow again.")


class MissingBookRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    isbn = serializers.CharField()
    author_id = serializers.UUIDField()
    author_name = serializers.CharField()


class BorrowedBookRow(MissingBookRow):
    borrowed_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class RegisterUserRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=MAX_NAME)
    email = serializers.EmailField(max_length=MAX_EMAIL)


class UserRegisteredAnswer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()


class UserVerifiedAnswer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=LibraryUser.Status.choices)


class SearchUsersRequest(PageRequest):
    q = serializers.CharField(
        help_text="A few letters of each word of the name or e-mail address, or an id.", max_length=500
    )


class FoundUserRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    status = serializers.ChoiceField(choices=LibraryUser.Status.choices)
    status_comment = serializers.CharField()


MISSING_EXAMPLE = {
    "id": BOOK,
    "title": "Dune",
    "isbn": "9780441013593",
    "author_id": AUTHOR,
    "author_name": "Frank Herbert",
}


class BookTasks(TaskViewSet):
    @task(
        BorrowBook,
        "borrow",
        detail=True,
        takes=BorrowBookRequest,
        request_example={"user_id": USER},
        answers=BookBorrowedAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "due_on": "2026-12-21"},
    )
    def borrow(self, request: Request, id: UUID) -> Response:
        return self.carry_out(request, book_id=id)

    @task(
        ReturnBook,
        "return",
        detail=True,
        answers=BookReturnedAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "was_missing": False, "reinstated_user_id": None},
    )
    def give_back(self, request: Request, id: UUID) -> Response:
        return self.carry_out(request, book_id=id)

    @task(
        RenewLoan,
        "renew",
        detail=True,
        answers=LoanRenewedAnswer,
        answer_example={"book_id": BOOK, "user_id": USER, "due_on": "2027-01-18", "renewals": 1},
    )
    def renew(self, request: Request, id: UUID) -> Response:
        return self.carry_out(request, book_id=id)

    @task(
        ReportMissingBook,
        "missing",
        detail=True,
        answers=BookReportedMissingAnswer,
        answer_example={"book_id": BOOK, "user_id": USER},
    )
    def report_missing(self, request: Request, id: UUID) -> Response:
        return self.carry_out(request, book_id=id)

    @task(
        ReportFoundBook,
        "found",
        detail=True,
        answers=BookReportedFoundAnswer,
        answer_example={"book_id": BOOK, "reinstated_user_id": USER},
    )
    def report_found(self, request: Request, id: UUID) -> Response:
        return self.carry_out(request, book_id=id)

    @task(
        GetBorrowedBooksByUser,
        "by-user/<uuid:user_id>",
        answers=BorrowedBookRow,
        answer_example=MISSING_EXAMPLE | {"borrowed_at": "2026-11-23T09:30:00Z", "due_on": "2026-12-21"},
    )
    def by_user(self, request: Request, user_id: UUID) -> Response:
        return self.carry_out(request, user_id=user_id)

    @task(GetMissingBooks, "missing", answers=MissingBookRow, answer_example=MISSING_EXAMPLE)
    def missing(self, request: Request) -> Response:
        return self.carry_out(request)


class UserTasks(TaskViewSet):
    @task(
        RegisterUser,
        "register",
        takes=RegisterUserRequest,
        request_example={"name": "Ann Lee", "email": "ann.lee@example.org"},
        answers=UserRegisteredAnswer,
        answer_example={"user_id": USER},
        status=201,
    )
    def register(self, request: Request) -> Response:
        return self.carry_out(request)

    @task(
        VerifyUser,
        "verify",
        detail=True,
        answers=UserVerifiedAnswer,
        answer_example={"user_id": USER, "status": "VERIFIED"},
    )
    def verify(self, request: Request, id: UUID) -> Response:
        return self.carry_out(request, user_id=id)

    @task(
        SearchUsers,
        "search",
        takes=SearchUsersRequest,
        answers=FoundUserRow,
        answer_example={
            "id": USER,
            "name": "Ann Lee",
            "email": "ann.lee@example.org",
            "status": "VERIFIED",
            "status_comment": "",
        },
    )
    def search(self, request: Request) -> Response:
        return self.carry_out(request)


router = TaskRouter()
router.register("book", BookTasks, basename="book-task")
router.register("user", UserTasks, basename="user-task")
