"""REST tasks of the people who borrow: registered, verified, suspended, reinstated, found; and the file on each."""

from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BOOK, LABEL, OPTIONAL, ChosenField, LabelsRequest, SearchScannedRequest
from catalog.models import MAX_NAME
from circulation.commands import ChangeContact, EndSuspensions, RegisterUser, ReinstateUser, SuspendUser, VerifyUser
from circulation.models import MAX_EMAIL, LibraryUser
from circulation.queries import GetCardLabels, GetPastLoansByUser, GetUserFile, SearchUsers
from library_site.rest.tasks import OverrideField, OverridingRequest, TaskViewSet, rest_task

from .examples import CARD, ENDED_LOAN, USER
from .lists import EndedLoanRow

ANN = {"id": USER, "name": "Ann Lee", "email": "ann.lee@example.org", "barcode": CARD, "birth_date": "2001-05-03"}
KNOWN_OF_ANN = {"phone": "", "address": "1 Shelf Lane\nReadington", "language": "", "note": ""}
SUSPENDED = (
    ANN
    | {"status": "SUSPENDED", "status_comment": "Ink on three books.", "suspended_at": "2026-11-23T09:30:00Z"}
    | {"suspended_by": "librarian", "suspended_until": "2026-12-31"}
)


class CardLabelsRequest(LabelsRequest):
    user_ids = ChosenField()


class KnownOfPeople(serializers.Serializer[Any]):
    """What the library may know of a person: nothing of it has to be given."""

    email = serializers.EmailField(**OPTIONAL, max_length=MAX_EMAIL)
    barcode = serializers.CharField(**LABEL)
    birth_date = serializers.DateField(required=False, allow_null=True)
    phone = serializers.CharField(**OPTIONAL, max_length=50)
    address = serializers.CharField(**OPTIONAL, max_length=500, help_text="Postal, of several lines.")
    language = serializers.ChoiceField(
        **OPTIONAL, choices=settings.LANGUAGES, help_text="In which the library writes; empty: its own."
    )
    note = serializers.CharField(**OPTIONAL, max_length=1000, help_text="For staff.")


class RegisterUserRequest(KnownOfPeople, OverridingRequest):
    name = serializers.CharField(max_length=MAX_NAME)
    override = OverrideField(RegisterUser)


class UserAnswer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()


class UserStatusAnswer(UserAnswer):
    status = serializers.ChoiceField(choices=LibraryUser.Status.choices)


class ChangeContactRequest(KnownOfPeople):
    """What is not given stays; an empty text takes away what is known."""

    name = serializers.CharField(required=False, max_length=MAX_NAME)
    no_birth_date = serializers.BooleanField(required=False, help_text="Take the date of birth away.")


class SuspendUserRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, help_text="Why, in words: it is shown at the desk.")
    until = serializers.DateField(
        required=False, allow_null=True, help_text="The last day; without it, until the suspension is ended."
    )


class UserSuspensionAnswer(UserStatusAnswer):
    suspended_until = serializers.DateField(allow_null=True, help_text="The last day.")


class ServedAnswer(serializers.Serializer[Any]):
    waiting_book_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="Copies that go from their shelves to the hold shelf."
    )


class UserReinstatedAnswer(UserStatusAnswer, ServedAnswer):
    pass


class ReinstateUserRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, help_text="Why, in words: it is shown at the desk.")


class SuspensionsEndedAnswer(ServedAnswer):
    user_ids = serializers.ListField(child=serializers.UUIDField(), help_text="Who may borrow again.")


class SearchUsersRequest(SearchScannedRequest):
    q = serializers.CharField(
        help_text="The barcode of a library card; a few letters of each word of the name or e-mail address (one or "
        "two: of the first word of the name, or a whole word); an id.",
        max_length=500,
        allow_blank=True,
    )


class FoundUserRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField(help_text="Empty: there is none. Others may have the same.")
    barcode = serializers.CharField(help_text="Of the library card.")
    birth_date = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=LibraryUser.Status.choices)
    status_comment = serializers.CharField(help_text="Why somebody is suspended.")
    suspended_at = serializers.DateTimeField(allow_null=True)
    suspended_by = serializers.CharField(help_text="Who of the staff; empty: it is not known.")
    suspended_until = serializers.DateField(allow_null=True, help_text="The last day of a suspension by staff.")


class UserFileRow(FoundUserRow):
    phone = serializers.CharField()
    address = serializers.CharField(help_text="Postal.")
    language = serializers.CharField(help_text="In which the library writes; empty: its own.")
    note = serializers.CharField(help_text="For staff.")
    loans = serializers.IntegerField(help_text="Books out.")
    loan_limit = serializers.IntegerField(help_text="How many may be out.")
    overdue = serializers.IntegerField(help_text="Books out that are late.")
    waiting = serializers.IntegerField(help_text="Copies that wait on the hold shelf.")
    queued = serializers.IntegerField(help_text="Titles for which no copy has come back yet.")


class CardLabelRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    barcode = serializers.CharField(help_text="Of the library card.")
    name = serializers.CharField()


class PastLoanOfUserRow(EndedLoanRow):
    book_id = serializers.UUIDField()
    title = serializers.CharField()
    author_name = serializers.CharField()


class UserTasks(TaskViewSet):
    @rest_task(
        RegisterUser,
        "register",
        takes=RegisterUserRequest,
        request_example={"name": "Ann Lee", "email": "ann.lee@example.org"},
        answers=UserAnswer,
        answer_example={"user_id": USER},
        status=201,
    )
    def register(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        VerifyUser,
        "verify",
        detail=True,
        answers=UserStatusAnswer,
        answer_example={"user_id": USER, "status": "VERIFIED"},
    )
    def verify(self, request: Request, id: UUID) -> Response:
        return self.perform(request, user_id=id)

    @rest_task(
        ChangeContact,
        "contact",
        detail=True,
        takes=ChangeContactRequest,
        request_example={"email": "ann@example.net"},
        answers=UserAnswer,
        answer_example={"user_id": USER},
    )
    def contact(self, request: Request, id: UUID) -> Response:
        return self.perform(request, user_id=id)

    @rest_task(
        SuspendUser,
        "suspend",
        detail=True,
        takes=SuspendUserRequest,
        request_example={"reason": "Ink on three books.", "until": "2099-12-31"},
        answers=UserSuspensionAnswer,
        answer_example={"user_id": USER, "status": "SUSPENDED", "suspended_until": "2099-12-31"},
    )
    def suspend(self, request: Request, id: UUID) -> Response:
        return self.perform(request, user_id=id)

    @rest_task(
        ReinstateUser,
        "reinstate",
        detail=True,
        takes=ReinstateUserRequest,
        request_example={"reason": "The books are paid for."},
        answers=UserReinstatedAnswer,
        answer_example={"user_id": USER, "status": "VERIFIED", "waiting_book_ids": []},
    )
    def reinstate(self, request: Request, id: UUID) -> Response:
        return self.perform(request, user_id=id)

    @rest_task(
        EndSuspensions,
        "end-suspensions",
        answers=SuspensionsEndedAnswer,
        answer_example={"user_ids": [USER], "waiting_book_ids": []},
    )
    def end_suspensions(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        SearchUsers,
        "search",
        takes=SearchUsersRequest,
        answers=FoundUserRow,
        answer_example=SUSPENDED,
    )
    def search(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetCardLabels,
        "labels",
        takes=CardLabelsRequest,
        answers=CardLabelRow,
        answer_example={"id": USER, "barcode": CARD, "name": "Ann Lee"},
    )
    def labels(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetUserFile,
        "file",
        detail=True,
        answers=UserFileRow,
        answer_example=SUSPENDED
        | KNOWN_OF_ANN
        | {"loans": 3, "loan_limit": 10, "overdue": 1, "waiting": 0, "queued": 2},
    )
    def file(self, request: Request, id: UUID) -> Response:
        return self.perform(request, user_id=id)

    @rest_task(
        GetPastLoansByUser,
        "past-loans",
        detail=True,
        answers=PastLoanOfUserRow,
        answer_example=ENDED_LOAN | {"book_id": BOOK, "title": "Dune", "author_name": "Frank Herbert"},
    )
    def past_loans(self, request: Request, id: UUID) -> Response:
        return self.perform(request, user_id=id)
