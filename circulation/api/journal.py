"""The REST task of the journal: who did what."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BOOK
from circulation.queries import GetJournal
from library_site.cqrs.models import JournalEntry
from library_site.rest.tasks import IdField, PageRequest, TaskViewSet, rest_task

from .examples import ENTRY, USER


class JournalRequest(PageRequest):
    """Each that is given narrows the list."""

    user_id = IdField(required=False, help_text="What is about this person: the id, or the library card's barcode.")
    book_id = IdField(required=False, help_text="What is about this book: the id, or its barcode.")
    actor = serializers.CharField(
        required=False, max_length=100, help_text="`user:<id>`, `system:<name>` or `anonymous`."
    )
    operation = serializers.CharField(
        required=False, max_length=100, help_text="A command, by its name: BorrowBook; or SignIn, or OpeningBalance."
    )
    outcome = serializers.ChoiceField(required=False, choices=JournalEntry.Outcome.choices)
    day = serializers.DateField(required=False, help_text="In the library's time zone.")


class JournalEntryRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    operation = serializers.CharField()
    actor = serializers.CharField()
    actor_name = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]  # no Field.source: the metaclass takes it away
        help_text="Through which door: rest, html, admin, cli or lambda."
    )
    outcome = serializers.ChoiceField(choices=JournalEntry.Outcome.choices)
    code = serializers.CharField(help_text="Why it was refused.")
    book_id = serializers.UUIDField(allow_null=True, help_text="The book that its answer names, or what was asked.")
    book_title = serializers.CharField(allow_null=True)
    user_id = serializers.UUIDField(allow_null=True, help_text="The person, likewise.")
    user_name = serializers.CharField(allow_null=True)
    reserved_for_user_id = serializers.UUIDField(allow_null=True, help_text="For whom a copy waits since.")
    reserved_for_name = serializers.CharField(allow_null=True)
    reason = serializers.CharField(
        help_text="That was given; of a suspension or of its end, it stands in the person's comment only."
    )
    details = serializers.CharField(
        help_text="Of an exception to the calendar: the day, and whether it is open. Of an edit: what, and how."
    )
    overrode = serializers.CharField(help_text="The codes of the refusals to override, as a JSON list; or empty.")
    override_reason = serializers.CharField(help_text="Why they were to be overridden.")
    left_out = serializers.IntegerField(help_text="How many refusals before it have no entry, as there were too many.")


class JournalTasks(TaskViewSet):
    @rest_task(
        GetJournal,
        "journal",
        takes=JournalRequest,
        answers=JournalEntryRow,
        answer_example={"id": ENTRY, "at": "2026-11-23T09:30:00Z", "operation": "BorrowBook"}
        | {"actor": "user:1", "actor_name": "librarian", "source": "rest", "outcome": "CARRIED_OUT", "code": ""}
        | {"book_id": BOOK, "book_title": "Dune", "user_id": USER, "user_name": "Ann Lee"}
        | {"reserved_for_user_id": None, "reserved_for_name": None}
        | {"reason": "", "details": "", "overrode": "", "override_reason": "", "left_out": 0},
    )
    def journal(self, request: Request) -> Response:
        return self.perform(request)
