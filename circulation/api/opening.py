"""REST tasks of the library itself: when it is open, its closures, and days that are open or closed out of turn."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BOOK
from circulation.commands import AddClosure, CancelClosure, SetCalendarException, SetNameAndAddress, SetOpeningWeekdays
from circulation.queries import GetClosures, GetLibrary
from library_site.rest.tasks import TaskViewSet, rest_task

from .examples import CLOSURE, USER

CHRISTMAS = {"first": "2099-12-24", "last": "2100-01-02"}
NAME = {"name": "Arrakeen Public Library", "address": "1 Palace Square\nArrakeen"}
WORKDAYS = {"weekdays": "12345"}


class CalendarExceptionRequest(serializers.Serializer[Any]):
    day = serializers.DateField()
    is_open = serializers.BooleanField(required=False, help_text="Whether the library is open; if not given, closed.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Why: Christmas Day.")


class CalendarExceptionAnswer(serializers.Serializer[Any]):
    day = serializers.DateField()
    is_open = serializers.BooleanField()


class ClosureRequest(serializers.Serializer[Any]):
    first = serializers.DateField(help_text="The first day on which the library is closed.")
    last = serializers.DateField(help_text="The last one.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Why: Christmas.")


class ClosureAnswer(serializers.Serializer[Any]):
    closure_id = serializers.UUIDField()
    first = serializers.DateField()
    last = serializers.DateField()


class ClosureAddedAnswer(ClosureAnswer):
    opens_on = serializers.DateField(help_text="The first open day after it.")
    loans = serializers.IntegerField(help_text="How many loans are due on a later day now.")
    on_hold = serializers.IntegerField(help_text="How many books wait on the hold shelf for longer now.")
    book_ids = serializers.ListField(child=serializers.UUIDField(), help_text="The first 100 of these books.")
    user_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="Who has each of these books, or for whom it waits."
    )


class ClosureRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text="Of the closure; a day that is set by itself has none.")
    first = serializers.DateField()
    last = serializers.DateField()
    is_open = serializers.BooleanField(help_text="A day may be set to be open, too.")
    is_over = serializers.BooleanField(help_text="Whether the last day is past.")
    note = serializers.CharField()


class WeekdaysRequest(serializers.Serializer[Any]):
    weekdays = serializers.CharField(
        allow_blank=True, help_text="Those on which the library is open, by their numbers, from 1 (Monday) to 7: 12345."
    )


class WeekdaysAnswer(serializers.Serializer[Any]):
    weekdays = serializers.CharField(help_text="Those on which the library is open; 1 is Monday.")


class NameRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60, help_text="What the library is called.")
    address = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="In several lines.")


class NameAnswer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Empty until somebody has set it.")
    address = serializers.CharField()


class LibraryRow(NameAnswer, WeekdaysAnswer):
    pass


class CalendarTasks(TaskViewSet):
    @rest_task(
        SetCalendarException,
        "exception",
        takes=CalendarExceptionRequest,
        request_example={"day": "2099-12-25", "is_open": False, "note": "Christmas Day"},
        answers=CalendarExceptionAnswer,
        answer_example={"day": "2099-12-25", "is_open": False},
    )
    def exception(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        AddClosure,
        "closure/new",
        takes=ClosureRequest,
        request_example=CHRISTMAS | {"note": "Christmas"},
        answers=ClosureAddedAnswer,
        answer_example={"closure_id": CLOSURE, **CHRISTMAS, "opens_on": "2100-01-04", "loans": 1, "on_hold": 0}
        | {"book_ids": [BOOK], "user_ids": [USER]},
        status=201,
    )
    def close(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetClosures,
        "closures",
        answers=ClosureRow,
        answer_example={"id": CLOSURE, **CHRISTMAS, "is_open": False, "is_over": False, "note": "Christmas"},
    )
    def closures(self, request: Request) -> Response:
        return self.perform(request)


class ClosureTasks(TaskViewSet):
    @rest_task(
        CancelClosure,
        "cancel",
        detail=True,
        answers=ClosureAnswer,
        answer_example={"closure_id": CLOSURE, **CHRISTMAS},
    )
    def cancel(self, request: Request, id: UUID) -> Response:
        return self.perform(request, closure_id=id)


class SettingsTasks(TaskViewSet):
    @rest_task(
        SetOpeningWeekdays,
        "weekdays",
        takes=WeekdaysRequest,
        request_example=WORKDAYS,
        answers=WeekdaysAnswer,
        answer_example=WORKDAYS,
    )
    def weekdays(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        SetNameAndAddress,
        "name",
        takes=NameRequest,
        request_example=NAME,
        answers=NameAnswer,
        answer_example=NAME,
    )
    def called(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(GetLibrary, "current", answers=LibraryRow, answer_example=NAME | WORKDAYS)
    def current(self, request: Request) -> Response:
        return self.perform(request)
