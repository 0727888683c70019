"""Who did what: the journal, to read."""

import re
from collections.abc import Sequence
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from library_site.cqrs.context import Source
from library_site.cqrs.journal import about
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import journalled

from .tables import ReadOnlyAdmin


class JournalHistory(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table whose history is the journal; Django's own log is not written."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing, and so for changes and deletions: the journal keeps them."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        pass

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What the journal has about the record."""
        query = urlencode({"q": self.journal_search(unquote(object_id))})
        return HttpResponseRedirect(f"{reverse('admin:cqrs_journalentry_changelist')}?{query}")

    def journal_search(self, object_id: str) -> str:
        """What finds the record in the journal: its id alone, if no other table has the same."""
        is_unique = isinstance(self.model._meta.pk, UUIDField)
        return object_id if is_unique else f"{self.model._meta.label_lower}:{object_id}"


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
        return list(journalled())


class SourceFilter(_OneOf):
    title = _("source")
    parameter_name = "source"

    def values(self) -> Sequence[str]:
        return get_args(Source)


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    fields = ("at", "operation", "arguments", "who", "source", "outcome", "code", "result", "changes", "whole")
    list_display = ("at", "operation", "who", "source", "outcome", "code")
    list_filter = ("outcome", OperationFilter, SourceFilter, "at")
    search_fields = ("operation",)
    search_help_text = _("An operation, a code, who did it, or the id of whatever it was done to.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        actor = Concat(Value("user:"), Cast("pk", CharField()))
        names = User.objects.alias(actor=actor).filter(actor=OuterRef("actor")).values("username")
        entries: QuerySet[Any] = super().get_queryset(request).defer("changes").annotate(username=Subquery(names))
        return entries

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """And how many entries there could be more, where some were left out."""
        return (*super().get_fields(request, obj), *(("left_out",) if obj and obj.left_out else ()))

    @admin.display(description=_("by"), ordering="actor")
    def who(self, entry: Any) -> str:
        return str(entry.username or entry.actor)

    @staticmethod
    def matching(q: str) -> Q:
        actors = [f"user:{pk}" for pk in User.objects.filter(username=q).values_list("pk", flat=True)]
        if record := re.fullmatch(r"([a-z]+\.[a-z]+):(\d{1,18})", q):
            return _about(record[1], int(record[2]))
        operations = [name for name in journalled() if name.casefold() == q.casefold()]
        words = Q(operation__in=operations) | Q(code=q) | Q(actor__in=[q, *actors])
        try:
            uuid = UUID(q)
        except ValueError:
            return words
        return words | Q(id=uuid) | Q(whole=uuid) | Q(id__in=about(uuid))


def _about(table: str, record_id: int) -> Q:
    """Of an account also its tokens, and who could not sign in to it."""
    edits = Q(arguments__table=table, arguments__record_id=record_id)
    if table != User._meta.label_lower:
        return Q(operation="EditRecord") & edits
    edits |= Q(arguments__values__user_id=record_id, arguments__table="knox.authtoken")
    sign_ins = Q(arguments__account_id=record_id) | Q(actor=f"user:{record_id}")
    return Q(operation="EditRecord") & edits | Q(operation="SignIn") & sign_ins
