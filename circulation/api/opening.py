"""REST tasks of the calendar: the days on which the library is open or closed out of turn."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from circulation.commands import SetCalendarException
from library_site.rest.tasks import TaskViewSet, rest_task


class CalendarExceptionRequest(serializers.Serializer[Any]):
    day = serializers.DateField()
    is_open = serializers.BooleanField(required=False, help_text="Whether the library is open; if not given, closed.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Why: Christmas Day.")


class CalendarExceptionAnswer(serializers.Serializer[Any]):
    day = serializers.DateField()
    is_open = serializers.BooleanField()


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
