"""REST tasks of reservations: placed, cancelled, moved, expired; whose they are, and the hold shelf."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BARCODE, BOOK
from circulation.commands import CancelReservation, ExpireReservations, MoveReservation, PlaceReservation
from circulation.models import LibraryUser
from circulation.queries import GetHoldShelf, GetReservationQueue, GetReservationsByUser
from circulation.states import QUEUED, WAITING
from library_site.rest.tasks import IdField, OverrideField, OverridingRequest, TaskViewSet, rest_task

from .examples import NAMED_USER, RESERVATION, USER

PLACE = {"state": "QUEUED", "position": 2, "placed_at": "2026-11-23T09:30:00Z"}
NO_COPY = {"waiting_book_id": None, "held_until": None}


class PlaceReservationRequest(OverridingRequest):
    user_id = IdField(help_text="Who waits for the title: the id, or the barcode of the library card.")
    override = OverrideField(PlaceReservation)


class ReservationAnswer(serializers.Serializer[Any]):
    reservation_id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="Who waits.")


class ReservationAtPlaceAnswer(ReservationAnswer):
    position = serializers.IntegerField(
        help_text="The place in the queue, from 1; 0 when a copy waits on the hold shelf."
    )


class ReservationMovedAnswer(ReservationAtPlaceAnswer):
    book_id = serializers.UUIDField(allow_null=True, help_text="The copy by which the title was named.")


class ReservationPlacedAnswer(ReservationAtPlaceAnswer):
    waiting_book_id = serializers.UUIDField(allow_null=True, help_text="The copy that waits on the hold shelf.")
    held_until = serializers.DateField(allow_null=True, help_text="The last day on which it waits there.")


class ReservationCancelledAnswer(ReservationAnswer):
    released_book_id = serializers.UUIDField(allow_null=True, help_text="The copy that waited.")
    reserved_for_user_id = serializers.UUIDField(allow_null=True, help_text="For whom it waits now.")
    book_id = serializers.UUIDField(allow_null=True, help_text="The copy by which the title was named.")


class MoveReservationRequest(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="The new place in the queue, from 1; beyond the end is the end.")
    reason = serializers.CharField(max_length=500, help_text="Why, for the journal. It names nobody.")


class ReservationsExpiredAnswer(serializers.Serializer[Any]):
    reservation_ids = serializers.ListField(child=serializers.UUIDField(), help_text="Those that ended.")
    book_ids = serializers.ListField(child=serializers.UUIDField(), help_text="The copies that they gave free.")


class ReservationRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=[QUEUED, WAITING])
    position = serializers.IntegerField(help_text="The place in the queue, from 1; 0 when a copy waits.")
    placed_at = serializers.DateTimeField()
    waiting_book_id = serializers.UUIDField(allow_null=True, help_text="The copy that waits on the hold shelf.")
    held_until = serializers.DateField(allow_null=True, help_text="The last day on which it waits there.")


class ReservationOfUserRow(ReservationRow):
    book_id = serializers.UUIDField(help_text="The copy by which the title was named.")
    title = serializers.CharField()
    isbn = serializers.CharField()
    author_name = serializers.CharField()


class ReservationInQueueRow(ReservationRow):
    user_id = serializers.UUIDField()
    user_name = serializers.CharField()
    user_birth_date = serializers.DateField(allow_null=True, help_text="It tells people of one name apart.")
    user_barcode = serializers.CharField(help_text="The library card.")
    user_status = serializers.ChoiceField(
        choices=LibraryUser.Status.choices, help_text="Now. Who is suspended is passed over, and keeps the place."
    )


class HeldBookRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The book.")
    title = serializers.CharField()
    barcode = serializers.CharField()
    author_name = serializers.CharField(help_text="Empty: it has no author.")
    shelf_mark = serializers.CharField()
    reservation_id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="For whom it waits.")
    user_name = serializers.CharField()
    user_birth_date = serializers.DateField(allow_null=True, help_text="It tells people of one name apart.")
    user_barcode = serializers.CharField(help_text="The library card.")
    user_status = serializers.ChoiceField(choices=LibraryUser.Status.choices, help_text="Now.")
    held_until = serializers.DateField(help_text="The last day on which it waits.")


class ReserveTasks(TaskViewSet):
    """Reservations, by the book."""

    @rest_task(
        PlaceReservation,
        "reserve",
        detail=True,
        takes=PlaceReservationRequest,
        request_example={"user_id": USER},
        answers=ReservationPlacedAnswer,
        answer_example={"reservation_id": RESERVATION, "user_id": USER, "position": 2} | NO_COPY,
        status=201,
    )
    def reserve(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(
        GetHoldShelf,
        "on-hold",
        answers=HeldBookRow,
        answer_example={"id": BOOK, "title": "Dune", "barcode": BARCODE, "author_name": "Frank Herbert"}
        | {"shelf_mark": "F HER"}
        | {"reservation_id": RESERVATION, "user_status": "VERIFIED"}
        | NAMED_USER
        | {"held_until": "2026-11-30"},
    )
    def on_hold(self, request: Request) -> Response:
        return self.perform(request)


class ReservationTasks(TaskViewSet):
    @rest_task(
        CancelReservation,
        "cancel",
        detail=True,
        answers=ReservationCancelledAnswer,
        answer_example={"reservation_id": RESERVATION, "user_id": USER}
        | {"released_book_id": None, "reserved_for_user_id": None, "book_id": BOOK},
    )
    def cancel(self, request: Request, id: UUID) -> Response:
        return self.perform(request, reservation_id=id)

    @rest_task(
        MoveReservation,
        "move",
        detail=True,
        takes=MoveReservationRequest,
        request_example={"position": 1, "reason": "Needed for an examination."},
        answers=ReservationMovedAnswer,
        answer_example={"reservation_id": RESERVATION, "user_id": USER, "position": 1, "book_id": BOOK},
    )
    def move(self, request: Request, id: UUID) -> Response:
        return self.perform(request, reservation_id=id)

    @rest_task(
        ExpireReservations,
        "expire",
        answers=ReservationsExpiredAnswer,
        answer_example={"reservation_ids": [RESERVATION], "book_ids": [BOOK]},
    )
    def expire(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetReservationsByUser,
        "by-user/<uuid:user_id>",
        answers=ReservationOfUserRow,
        answer_example={"id": RESERVATION, "book_id": BOOK, "title": "Dune", "isbn": "9780441013593"}
        | {"author_name": "Frank Herbert"}
        | PLACE
        | NO_COPY,
    )
    def by_user(self, request: Request, user_id: UUID) -> Response:
        return self.perform(request, user_id=user_id)

    @rest_task(
        GetReservationQueue,
        "by-book/<uuid:book_id>",
        answers=ReservationInQueueRow,
        answer_example={"id": RESERVATION, "user_status": "VERIFIED"} | NAMED_USER | PLACE | NO_COPY,
    )
    def by_book(self, request: Request, book_id: UUID) -> Response:
        return self.perform(request, book_id=book_id)
