"""Who did what: the journal, to read."""

from collections.abc import Sequence
from typing import Any, get_args
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from library_site.cqrs.context import Source
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import journalled_operations

from .tables import ReadOnlyAdmin


class _OneOf(admin.SimpleListFilter):
    """Filters by a column whose values the code knows; no need to look for them in the table."""

    def values(self) -> Sequence[str]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in self.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class OperationFilter(_OneOf):
    title = _("operation")
    parameter_name = "operation"

    def values(self) -> Sequence[str]:
        return [operation.name for operation in journalled_operations()]


class SourceFilter(_OneOf):
    title = _("source")
    parameter_name = "source"

    def values(self) -> Sequence[str]:
        return get_args(Source)


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    fields = ("at", "operation", "arguments", "who", "source", "outcome", "code", "result", "whole")
    list_display = ("at", "operation", "who", "source", "outcome", "code")
    list_filter = ("outcome", OperationFilter, SourceFilter, "at")
    search_fields = ("operation",)
    search_help_text = _("An operation, a code, who did it, or the id of whatever it was done to.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        actor = Concat(Value("user:"), Cast("pk", CharField()))
        names = User.objects.alias(actor=actor).filter(actor=OuterRef("actor")).values("username")
        entries: QuerySet[Any] = super().get_queryset(request).annotate(username=Subquery(names))
        return entries

    @admin.display(description=_("by"), ordering="actor")
    def who(self, entry: Any) -> str:
        return str(entry.username or entry.actor)

    @staticmethod
    def matching(q: str) -> Q:
        actors = [f"user:{pk}" for pk in User.objects.filter(username=q).values_list("pk", flat=True)]
        words = Q(operation__iexact=q) | Q(code=q) | Q(actor__in=[q, *actors])
        try:
            uuid = str(UUID(q))
        except ValueError:
            return words
        return words | Q(id=uuid) | Q(whole=uuid) | Q(arguments__icontains=uuid) | Q(result__icontains=uuid)
