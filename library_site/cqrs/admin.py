"""What the admins of every app share: the legacy CRUD by form, actions that dispatch commands, and the journal.

The forms write through the ORM, as CRUD does; the actions change nothing but through dispatch().
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast, get_args
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Model, OuterRef, ProtectedError, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.text import capfirst

from .context import Actor, Context, Source
from .dispatcher import dispatch
from .errors import DomainError
from .messages import Command
from .models import JournalEntry
from .operations import all_operations, operation_of
from .problems import still_referenced, violated_rule

MAX_ROWS_LISTED = 10_000
MAX_ROWS_PER_ACTION = 100
MAX_REFERENCES_SHOWN = 20

admin.site.site_header = admin.site.site_title = "Library"
admin.site.index_title = "The tables, one by one"


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic for the type checker only
    """Counts no further than MAX_ROWS_LISTED: nobody pages so far, and a count of the whole table takes seconds."""

    @cached_property
    def count(self) -> int:
        rows = cast(QuerySet[Any], self.object_list)
        return rows.order_by().values("pk")[:MAX_ROWS_LISTED].count()


class LargeTableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and searches that cost the same however many rows there are."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @staticmethod
    def sought(q: str) -> Q:
        """The rows that a person means who types `q`."""
        raise NotImplementedError

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Django's; what PostgreSQL can't compare with is a junk query like any other."""
        if any("\0" in value for value in request.GET.values()):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.filter(self.sought(search_term)) if search_term.strip() else queryset), False


class ReadOnlyAdmin(LargeTableAdmin):
    """A table that only commands write to."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class CrudForm(forms.ModelForm):  # type: ignore[type-arg]
    """Changes what the person changed on the page, and nothing else.

    The page sends along what it showed. A field that was left alone keeps what it holds now, whatever the page
    showed; a field that somebody else changed meanwhile is refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old: dict[str, Any] = {}  # the former values of what changes
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        cleaned = {name: _with_plain_newlines(value) for name, value in (super().clean() or {}).items()}
        self.cleaned_data = cleaned
        if not self.instance._state.adding:
            for name in list(cleaned):
                self._keep_or_change(name)
        return self.cleaned_data

    def _keep_or_change(self, name: str) -> None:
        now = getattr(self.instance, name)
        if name not in self.changed_data:
            self.cleaned_data[name] = now
        elif self.cleaned_data[name] != now:
            self.old[name] = now
            if self._changed_meanwhile(name, now):
                self.add_error(name, _meanwhile(now))

    def _changed_meanwhile(self, name: str, now: Any) -> bool:
        shown = self.data.get(self.add_initial_prefix(name))  # absent when it isn't our page that asks
        now = self.fields[name].prepare_value(now)
        return shown is not None and _with_plain_newlines(shown) != _with_plain_newlines(
            "" if now is None else str(now)
        )


def _with_plain_newlines(value: Any) -> Any:
    """Browsers send CRLF for a new line."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _meanwhile(now: Any) -> ValidationError:
    return ValidationError(
        "Somebody else changed this meanwhile: it is now “%(now)s”. Open the page anew before you change it.",
        code="changed_meanwhile",
        params={"now": "" if now is None else now},
    )


class CommandAction:
    """An action that dispatches one command for each selected row, and says of each what came of it.

    `field` is the field of the command that takes the row's id. Only who may carry the command out sees the action.
    """

    def __init__(self, message: type[Command[Any]], field: str) -> None:
        self.operation = operation_of(message)
        self.field = field
        self.__name__ = self.operation.slug
        self.short_description = self.operation.title

    def __call__(self, model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if model_admin.refuses_so_many(request, queryset):
            return
        for row in queryset:
            self._carry_out(model_admin, request, row)

    def _carry_out(self, model_admin: Any, request: HttpRequest, row: Model) -> None:
        context = Context(actor=Actor.of_user(request.user), source="admin")
        try:
            dispatch(self.operation.message(**{self.field: row.pk}), context)
        except DomainError as refusal:
            why = " ".join(each.message for each in refusal.problems)
            model_admin.message_user(request, f"{self.operation.title}, “{row}”: {why}", messages.ERROR)
        else:
            model_admin.message_user(request, f"{self.operation.title}, “{row}”: done.", messages.SUCCESS)


class CrudAdmin(LargeTableAdmin):
    """Add, edit and delete the rows of one table, kept to the models' rules."""

    form = CrudForm
    actions: Sequence[Any] = ("delete_selected",)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row; locked if it is to be changed, so that what the form checks is what it changes."""
        row = super().get_object(request, object_id, from_field)
        if row is None or not connection.in_atomic_block:
            return row
        # References to the row don't wait for this lock.
        return self.model._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()

    def save_model(self, request: HttpRequest, obj: Any, form: CrudForm, change: bool) -> None:
        """Save a new row, or what was changed and what follows from it."""
        if change:
            obj.save(update_fields={*form.old, *obj.after_edit(form.old)})
        else:
            obj.save()
        _meet_late_refusals()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        _meet_late_refusals()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        _meet_late_refusals()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._in_words(request, partial(super().changeform_view, request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._in_words(request, partial(super().delete_view, request, *args, **kwargs))

    def _in_words(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """What the database refuses was checked, so it changed meanwhile: checked again, it is said in the page."""
        with suppress(IntegrityError):
            return view()
        try:
            return view()
        except IntegrityError as error:
            self.message_user(request, _words(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: each for name, each in super().get_actions(request).items() if each and _may(request, each[0])}

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Django's; junk instead of ids selects nothing."""
        try:
            return super().response_action(request, *args, **kwargs)
        except ValidationError:
            self.message_user(request, "Choose rows of the list. Nothing has been done.", messages.ERROR)
            return None

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Django's, in one transaction."""
        if self.refuses_so_many(request, queryset):
            return None
        try:
            with transaction.atomic():
                return actions.delete_selected(self, request, queryset)
        except IntegrityError as error:
            self.message_user(request, _words(error), messages.ERROR)
            return None

    def refuses_so_many(self, request: HttpRequest, queryset: QuerySet[Any]) -> bool:
        """Whether an action is asked to take more rows than one request should, and says so."""
        too_many = queryset.order_by()[: MAX_ROWS_PER_ACTION + 1].count() > MAX_ROWS_PER_ACTION
        if too_many:
            said = f"Select at most {MAX_ROWS_PER_ACTION} at a time. Nothing has been done."
            self.message_user(request, said, messages.ERROR)
        return too_many

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Django's, but for what is referred to: then some of what refers to it, however much that is."""
        if references := list(self._references(objs)):
            return [], {}, set(), references
        return super().get_deleted_objects(objs, request)

    def _references(self, rows: Any) -> Iterator[str]:
        for relation in self.model._meta.related_objects:
            kind = relation.related_model._meta
            found = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": rows})
            shown = list(found.select_related()[: MAX_REFERENCES_SHOWN + 1])
            yield from (f"{capfirst(kind.verbose_name)}: {row}" for row in shown[:MAX_REFERENCES_SHOWN])
            if len(shown) > MAX_REFERENCES_SHOWN:
                yield f"… and more {kind.verbose_name_plural}"


def _may(request: HttpRequest, action: Any) -> bool:
    return not isinstance(action, CommandAction) or request.user.has_perm(action.operation.permission)


def _words(error: IntegrityError) -> str:
    return still_referenced(error).message if isinstance(error, ProtectedError) else violated_rule(error)


def _meet_late_refusals() -> None:
    """PostgreSQL checks references at the commit, after success was announced: make it check them now.

    SQLite has one writer at a time, whose own checks hold until the commit.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()


class _OneOf(admin.SimpleListFilter):
    """Filters by a column whose values the code knows; no need to look for them in the table."""

    def values(self) -> Sequence[str]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in self.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class OperationFilter(_OneOf):
    title = parameter_name = "operation"

    def values(self) -> Sequence[str]:
        return [operation.name for operation in all_operations() if not operation.is_query]


class SourceFilter(_OneOf):
    title = parameter_name = "source"

    def values(self) -> Sequence[str]:
        return get_args(Source)


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    fields = ("at", "operation", "arguments", "who", "source", "outcome", "code", "result", "idempotency_key")
    list_display = ("at", "operation", "who", "source", "outcome", "code")
    list_filter = ("outcome", OperationFilter, SourceFilter, "at")
    search_fields = ("operation",)
    search_help_text = "An operation, a code, an idempotency key, who did it, or the id of whatever it was done to."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        actor = Concat(Value("user:"), Cast("pk", CharField()))
        names = User.objects.alias(actor=actor).filter(actor=OuterRef("actor")).values("username")
        entries: QuerySet[Any] = super().get_queryset(request).annotate(username=Subquery(names))
        return entries

    @admin.display(description="by", ordering="actor")
    def who(self, entry: Any) -> str:
        return str(entry.username or entry.actor)

    @staticmethod
    def sought(q: str) -> Q:
        actors = [f"user:{pk}" for pk in User.objects.filter(username=q).values_list("pk", flat=True)]
        words = Q(operation__iexact=q) | Q(code=q) | Q(idempotency_key=q) | Q(actor__in=[q, *actors])
        try:
            written = str(UUID(q))
        except ValueError:
            return words
        return words | Q(id=written) | Q(arguments__icontains=written) | Q(result__icontains=written)
