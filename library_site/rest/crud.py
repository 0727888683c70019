"""What the legacy CRUD of every app shares: lists by cursor, and edits, which dispatch() carries out as tasks."""

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.errors import InvalidInput
from library_site.cqrs.messages import MAX_PAGE_SIZE, PAGE_SIZE
from library_site.cqrs.records import EditRecord, version_of

from .tasks import context_of


class CrudPagination(CursorPagination):
    """Pages by cursor, oldest first. A junk cursor or page size is bad input."""

    ordering = "id"
    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int | None:
        asked = request.query_params.get(self.page_size_query_param, str(PAGE_SIZE))
        if not asked.isdecimal() or not asked.isascii() or int(asked[:9]) < 1:
            raise _junk("page_size", _("The page size must be a whole number from 1 up."))
        return min(int(asked[:9]), MAX_PAGE_SIZE)

    def decode_cursor(self, request: Request) -> Any:
        if not request.query_params.get(self.cursor_query_param):
            return None
        try:
            cursor: Any = super().decode_cursor(request)
            UUID(cursor.position)
        except (NotFound, TypeError, ValueError):
            raise _junk("cursor", _("This cursor is not one of ours. Start again from the first page.")) from None
        return cursor


def _junk(field: str, detail: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [detail]})


class CrudPermissions(DjangoModelPermissions):
    """Django's model permission to read; to write, dispatch() asks for those that it takes."""

    perms_map = (
        DjangoModelPermissions.perms_map
        | {method: [] for method in ("POST", "PUT", "PATCH", "DELETE")}
        | {"GET": ["%(app_label)s.view_%(model_name)s"]}
    )


class CrudViewSet(ReadOnlyModelViewSet[Any]):
    """List and find the rows of one table; create, update and delete them, which are edits for dispatch()."""

    lookup_field = "id"
    lookup_value_converter = "uuid"
    pagination_class = CrudPagination
    permission_classes = (CrudPermissions,)
    filter_backends = (DjangoFilterBackend,)

    @classmethod
    def get_extra_actions(cls) -> list[Any]:
        """None. (REST framework's own way of looking for them imports all that makes the schema.)"""
        return []

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    def create(self, request: Request) -> Response:
        return self._edit(request, status=201)

    def update(self, request: Request, id: UUID) -> Response:
        return self._edit(request, id)

    def partial_update(self, request: Request, id: UUID) -> Response:
        return self._edit(request, id)

    def destroy(self, request: Request, id: UUID) -> Response:
        return self._edit(request, id, status=204)

    def _edit(self, request: Request, id: UUID | None = None, status: int = 200) -> Response:
        """Dispatch the edit; answer the record as it is then, or after an equal one, as it is now."""
        model = self.get_queryset().model
        values = {} if request.method == "DELETE" else self._values(request)
        replayed: list[bool] = []
        context = context_of(request, on_replay=lambda: replayed.append(True))
        edit = EditRecord(table=model._meta.label_lower, method=str(request.method), record_id=id, values=values)
        try:
            edited = dispatch(edit, replace(context, if_match=_if_match(request)))
        except InvalidInput as refusal:
            raise self._as_sent(refusal) from refusal
        headers = {"Idempotency-Replayed": "true"} if replayed else {}
        if request.method == "DELETE":
            return Response(status=status, headers=headers)
        return self._answer(get_object_or_404(model, pk=edited.record_id), status, headers)

    def _values(self, request: Request) -> dict[str, Any]:
        """What was sent. Raises ValidationError, or Http404 for a record that is not there whatever was sent."""
        serializer = self.get_serializer(data=request.data, partial=request.method == "PATCH")
        if not serializer.is_valid() and self.lookup_field in self.kwargs:
            self.get_object()
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    def _as_sent(self, refusal: InvalidInput) -> InvalidInput:
        """The same of the fields by the names that the record has for them."""
        serializer: Any = self.get_serializer()
        names = {field.source: name for name, field in serializer.fields.items()}
        return InvalidInput(*(replace(error, field=names.get(error.field, error.field)) for error in refusal.errors))

    def _answer(self, row: Model, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        etag = {"ETag": version_of(row)}
        return Response(self.get_serializer(row).data, status=status, headers=etag | (headers or {}))


def _if_match(request: Request) -> tuple[str, ...] | None:
    """The versions that the request was made for, if it says so."""
    header = request.headers.get("If-Match")
    return None if header is None else tuple(parse_etags(header))


class RowIdField(serializers.UUIDField):
    """The id of a row of another table: a text only, where REST framework takes numbers too; an empty one is null."""

    default_error_messages: ClassVar = {"incorrect_type": gettext_lazy("An id is a UUID, as a text.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" else data)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return UUID(data)
        except (AttributeError, TypeError, ValueError):
            self.fail("incorrect_type")
