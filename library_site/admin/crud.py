"""The legacy CRUD by form: what is added, changed and deleted are edits, which dispatch() carries out as tasks."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.db.models import CASCADE, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from library_site.cqrs.context import Actor, Context
from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.errors import DomainError
from library_site.cqrs.records import EditRecord

from .actions import ActionAdmin
from .forms import CrudForm
from .journal import JournalHistory
from .tables import LargeTableAdmin

MAX_REFERENCES_SHOWN = 20


class CrudAdmin(JournalHistory, ActionAdmin, LargeTableAdmin):
    """Add, edit and delete the records of one table. The journal is their history."""

    form = CrudForm
    actions: Sequence[Any] = ("delete_selected",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's, that dispatches what it asks for."""

        def edit(form: CrudForm, record_id: Any, values: dict[str, Any], version: str | None) -> Model:
            method = "PATCH" if record_id else "POST"
            edited = self._dispatch(request, method, record_id, values, version)
            row: Model | None = self.model._default_manager.filter(pk=edited).first()
            return row or form.instance

        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"edit": edit})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Django's, and the version, for those who may change it."""
        may = obj is None or self.has_change_permission(request, obj)
        return (*super().get_fields(request, obj), *(("version",) if may else ()))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing: a query string fills no form in."""
        return {}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's, but that dispatch() opens the transaction."""
        return self._changeform_view(  # type: ignore[attr-defined,no-any-return]
            request, *(*args, None, "", None)[:3], **kwargs
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the form has dispatched it."""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's, but that dispatch() opens the transaction; what it refuses is said on the page."""
        try:
            return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined,no-any-return]
        except DomainError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._dispatch(request, "DELETE", obj.pk)

    @admin.action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Django's question; then one edit for each record, and what is refused is said of it."""
        if self.refuses_too_many(request, queryset):
            return None
        if not request.POST.get("post"):
            return actions.delete_selected(self, request, queryset)
        deleted = 0
        for row in queryset:
            name = str(row)
            try:
                self.delete_model(request, row)
                deleted += 1
            except DomainError as refusal:
                self.message_user(request, f"“{name}”: {refusal.message}", messages.ERROR)
        if deleted:
            done = ngettext("One record was deleted.", "{number} records were deleted.", deleted)
            self.message_user(request, done.format(number=deleted), messages.SUCCESS)
        return None

    def _dispatch(
        self, request: HttpRequest, method: str, record_id: Any, values: Any = None, version: str | None = None
    ) -> Any:
        versions = None if version is None else (version.strip("*"),)
        context = Context(actor=Actor.of_user(request.user), source="admin", if_match=versions)
        table = self.model._meta.label_lower
        edit = EditRecord(table=table, method=method, record_id=record_id, values=values or {})
        return dispatch(edit, context).record_id

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Django's, but for what is referred to: then some of what refers to it, however much that is."""
        if references := list(self.references(objs)):
            return [], {}, set(), references
        return super().get_deleted_objects(objs, request)

    def references(self, rows: Any) -> Iterator[str]:
        """What keeps rows from being deleted, in words: not what goes with them, as their barcodes do."""
        for relation in self.model._meta.related_objects:
            if relation.on_delete is CASCADE:
                continue
            kind = relation.related_model._meta
            found = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": rows})
            shown = list(found.select_related()[: MAX_REFERENCES_SHOWN + 1])
            yield from (f"{capfirst(kind.verbose_name)}: {row}" for row in shown[:MAX_REFERENCES_SHOWN])
            if len(shown) > MAX_REFERENCES_SHOWN:
                yield _("… and more {kind}").format(kind=kind.verbose_name_plural)
