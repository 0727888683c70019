"""The legacy CRUD by form: it writes through the ORM, kept to the models' rules."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library_site.cqrs.errors import DomainError
from library_site.cqrs.validation import still_referenced, violated_rule

from .actions import ActionAdmin
from .forms import CrudForm
from .tables import LargeTableAdmin

MAX_REFERENCES_SHOWN = 20
EDIT_ERRORS = (IntegrityError, DomainError)


class CrudAdmin(ActionAdmin, LargeTableAdmin):
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

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing: a query string fills no form in."""
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: CrudForm, change: bool) -> None:
        """Save a new row, or what was changed and what follows from it."""
        if change:
            obj.save(update_fields={*form.old, *obj.after_edit(form.old)})
        else:
            obj.save()
        _check_constraints()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        _check_constraints()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        _check_constraints()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._with_refusals_shown(request, partial(super().changeform_view, request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._with_refusals_shown(request, partial(super().delete_view, request, *args, **kwargs))

    def _with_refusals_shown(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """What the database refuses was checked, so it changed meanwhile: checked again, it is said in the page."""
        with suppress(*EDIT_ERRORS):
            return view()
        try:
            return view()
        except EDIT_ERRORS as error:
            self.message_user(request, _message(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Django's, in one transaction."""
        if self.refuses_too_many(request, queryset):
            return None
        try:
            with transaction.atomic():
                return actions.delete_selected(self, request, queryset)
        except EDIT_ERRORS as error:
            self.message_user(request, _message(error), messages.ERROR)
            return None

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Django's, but for what is referred to: then some of what refers to it, however much that is."""
        if references := list(self.references(objs)):
            return [], {}, set(), references
        return super().get_deleted_objects(objs, request)

    def references(self, rows: Any) -> Iterator[str]:
        """What keeps rows from being deleted, in words."""
        for relation in self.model._meta.related_objects:
            kind = relation.related_model._meta
            found = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": rows})
            shown = list(found.select_related()[: MAX_REFERENCES_SHOWN + 1])
            yield from (f"{capfirst(kind.verbose_name)}: {row}" for row in shown[:MAX_REFERENCES_SHOWN])
            if len(shown) > MAX_REFERENCES_SHOWN:
                yield _("… and more {kind}").format(kind=kind.verbose_name_plural)


def _message(error: IntegrityError | DomainError) -> str:
    if isinstance(error, DomainError):
        return error.message
    return still_referenced(error).message if isinstance(error, ProtectedError) else violated_rule(error)


def _check_constraints() -> None:
    """PostgreSQL checks references at the commit, after success was announced: make it check them now.

    SQLite has one writer at a time, whose own checks hold until the commit.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()
