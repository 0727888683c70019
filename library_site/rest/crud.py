"""What the legacy CRUD of every app shares: lists by cursor, edits that the models' rules check."""

from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as ModelValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from library_site.cqrs.messages import MAX_PAGE_SIZE, PAGE_SIZE


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
    """Django's model permissions, reading included."""

    perms_map = DjangoModelPermissions.perms_map | {"GET": ["%(app_label)s.view_%(model_name)s"]}


class CrudSerializer(serializers.ModelSerializer[Any]):
    """Fields of one table, kept to the model's rules before the database has to refuse them."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        model: type[Model] = self.Meta.model
        row = model() if self.instance is None else copy(self.instance)
        _edit(row, attrs)
        try:
            row.clean_fields(exclude={field.name for field in model._meta.fields} - set(attrs))
            row.clean()
            row.validate_constraints()
        except ModelValidationError as error:
            raise serializers.ValidationError(serializers.as_serializer_error(error)) from error
        return attrs

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Save only the fields that were sent, and what follows from them."""
        instance.save(update_fields=_edit(instance, validated_data))
        return instance


def _edit(row: Any, values: dict[str, Any]) -> set[str]:
    """Set `values`; the names of all the fields that this concerns."""
    before = {} if row._state.adding else {name: getattr(row, name) for name in values}
    old = {name: value for name, value in before.items() if value != values[name]}
    for name, value in values.items():
        setattr(row, name, value)
    consequences: set[str] = row.after_edit(old)
    return set(values) | consequences


class CrudViewSet(ModelViewSet[Any]):
    """Create, list, find, update and delete the rows of one table."""

    lookup_field = "id"
    lookup_value_converter = "uuid"
    pagination_class = CrudPagination
    permission_classes = (CrudPermissions,)
    filter_backends = (DjangoFilterBackend,)

    @classmethod
    def get_extra_actions(cls) -> list[Any]:
        """None. (REST framework's own way of looking for them imports all that makes the schema.)"""
        return []

    def get_queryset(self) -> QuerySet[Any]:
        """The rows; locked, if one is to be edited, so that what is checked is what is changed."""
        rows = super().get_queryset()
        return rows.select_for_update(no_key=True) if self.action in {"update", "partial_update"} else rows

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().update(request, *args, **kwargs)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().destroy(request, *args, **kwargs)
