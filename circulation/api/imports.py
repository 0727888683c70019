"""REST tasks of imports: a file is begun, looked at, taken in step by step, closed or undone; and their report."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from circulation.commands import BeginImport, CloseImport, ContinueImport, PreviewImport, UndoImport
from circulation.models import FileImport, ImportedRow
from circulation.queries import GetImport, GetImportReport, GetImports
from library_site.rest.tasks import PageRequest, TaskViewSet, rest_task

from .examples import IMPORT

FILE = {"kind": "BOOKS", "file_name": "books.csv"}
CONTENT = "VGl0bGUsQXV0aG9yLElTQk4KRHVuZSxGcmFuayBIZXJiZXJ0LDk3ODA0NDEwMTM1OTMK"
DONE = {"state": "DONE", "rows": 1, "position": 1}
FATES = {"added": 1, "there": 0, "others": 0, "rejected": 0}
ROW = {"line": 2, "fate": "ADDED", "taken_for": "Dune / Frank Herbert", "remarks": ""}
COLUMN = {"number": 1, "name": "Title", "meaning": "title", "cells": ["Dune"]}


class OptionsField(serializers.ListField):
    """How a file is read, as the shell has it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = "How the file is read, as the options of the shell have it: `title-column=3`."
        super().__init__(child=serializers.CharField(max_length=200), required=False, max_length=50, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return tuple(super().to_internal_value(data))


class BeginImportRequest(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=20, help_text="BOOKS, PEOPLE or LOANS.")
    file_name = serializers.CharField(max_length=200)
    content = serializers.CharField(
        required=False, allow_blank=True, help_text="The file in base64, of 4 MB at most before that."
    )
    options = OptionsField()


class PreviewImportRequest(serializers.Serializer[Any]):
    options = OptionsField()


class ContinueImportRequest(serializers.Serializer[Any]):
    position = serializers.IntegerField(min_value=0, help_text="That of the answer before; 0 at first.")


class ImportAnswer(serializers.Serializer[Any]):
    import_id = serializers.UUIDField()


class ImportStateAnswer(ImportAnswer):
    state = serializers.ChoiceField(choices=FileImport.State.choices)


class ImportPreviewedAnswer(ImportAnswer):
    rows = serializers.IntegerField(help_text="Of the file.")


class ImportBeganAnswer(ImportStateAnswer):
    rows = serializers.IntegerField(help_text="Of the file.")
    size = serializers.IntegerField(help_text="Bytes of the file.")


class FatesAnswer(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text="Rows that were added.")
    there = serializers.IntegerField(help_text="Rows of what was there already.")
    others = serializers.IntegerField(help_text="Rows of something else.")
    rejected = serializers.IntegerField(help_text="Rows that were rejected.")


class ImportContinuedAnswer(ImportStateAnswer, FatesAnswer):
    position = serializers.IntegerField(help_text="So many rows are done.")
    rows = serializers.IntegerField(help_text="Of the file.")


class ImportUndoneAnswer(ImportStateAnswer):
    books = serializers.IntegerField(help_text="So many are gone.")
    authors = serializers.IntegerField(help_text="Who have no book any more.")
    people = serializers.IntegerField()
    loans = serializers.IntegerField()


class ImportListRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=FileImport.Kind.choices)
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=FileImport.State.choices)
    rows = serializers.IntegerField(help_text="Of the file.")
    position = serializers.IntegerField(help_text="So many rows are done.")
    begun_at = serializers.DateTimeField()
    begun_by = serializers.CharField()


class PreviewRow(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Where the row starts in the file; of MARC, the number of the record.")
    fate = serializers.ChoiceField(choices=ImportedRow.Fate.choices)
    taken_for = serializers.CharField()
    remarks = serializers.CharField(help_text="Why, and what was left out.")


class ReportRow(PreviewRow):
    number = serializers.IntegerField(help_text="Of the row among those that are not blank.")


class ColumnRow(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    name = serializers.CharField()
    meaning = serializers.CharField(help_text="Empty: it is not used.")
    cells = serializers.ListField(child=serializers.CharField(), help_text="The first ones.")


class ImportRow(ImportListRow, FatesAnswer):
    size = serializers.IntegerField(help_text="Bytes of the file.")
    format = serializers.CharField(help_text="What the file was taken for; empty once the import is closed.")
    columns = ColumnRow(many=True)
    meanings = serializers.ListField(child=serializers.CharField(), help_text="Those that a column may have.")
    options = serializers.ListField(child=serializers.CharField(), help_text="What was said of the file.")
    remarks = serializers.ListField(child=serializers.CharField(), help_text="On the whole file.")
    preview = PreviewRow(many=True, help_text="What would become of the first rows.")


class ReportRequest(PageRequest):
    fate = serializers.CharField(required=False, max_length=20, help_text="ADDED, THERE, OTHER or REJECTED.")


class ImportTasks(TaskViewSet):
    @rest_task(
        BeginImport,
        "new",
        takes=BeginImportRequest,
        request_example=FILE | {"content": CONTENT},
        answers=ImportBeganAnswer,
        answer_example={"import_id": IMPORT, "state": "BEGUN", "rows": 1, "size": 51},
        status=201,
    )
    def begin(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        PreviewImport,
        "preview",
        detail=True,
        takes=PreviewImportRequest,
        request_example={"options": ["author-order=first-last"]},
        answers=ImportPreviewedAnswer,
        answer_example={"import_id": IMPORT, "rows": 1},
    )
    def preview(self, request: Request, id: UUID) -> Response:
        return self.perform(request, import_id=id)

    @rest_task(
        ContinueImport,
        "continue",
        detail=True,
        takes=ContinueImportRequest,
        request_example={"position": 0},
        answers=ImportContinuedAnswer,
        answer_example={"import_id": IMPORT} | DONE | FATES,
    )
    def go_on(self, request: Request, id: UUID) -> Response:
        return self.perform(request, import_id=id)

    @rest_task(
        CloseImport,
        "close",
        detail=True,
        answers=ImportStateAnswer,
        answer_example={"import_id": IMPORT, "state": "CLOSED"},
    )
    def close(self, request: Request, id: UUID) -> Response:
        return self.perform(request, import_id=id)

    @rest_task(
        UndoImport,
        "undo",
        detail=True,
        answers=ImportUndoneAnswer,
        answer_example={"import_id": IMPORT, "state": "UNDONE", "books": 1, "authors": 1, "people": 0, "loans": 0},
    )
    def undo(self, request: Request, id: UUID) -> Response:
        return self.perform(request, import_id=id)

    @rest_task(
        GetImports,
        "list",
        answers=ImportListRow,
        answer_example={"id": IMPORT, **FILE, **DONE, "begun_at": "2026-11-23T09:30:00Z", "begun_by": "librarian"},
    )
    def imports(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        GetImport,
        "progress",
        detail=True,
        answers=ImportRow,
        answer_example={"id": IMPORT, **FILE, **DONE, **FATES, "size": 51}
        | {"begun_at": "2026-11-23T09:30:00Z", "begun_by": "librarian", "format": "CSV · utf-8 · ,"}
        | {"columns": [COLUMN], "meanings": ["title", "author"], "options": [], "remarks": [], "preview": [ROW]},
    )
    def progress(self, request: Request, id: UUID) -> Response:
        return self.perform(request, import_id=id)

    @rest_task(
        GetImportReport,
        "report",
        detail=True,
        takes=ReportRequest,
        answers=ReportRow,
        answer_example={"number": 1} | ROW,
    )
    def report(self, request: Request, id: UUID) -> Response:
        return self.perform(request, import_id=id)
