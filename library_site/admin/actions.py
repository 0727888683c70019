"""Actions on selected rows that dispatch commands."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from library_site.cqrs.context import Actor, Context
from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.errors import DomainError
from library_site.cqrs.messages import Command
from library_site.cqrs.operations import operation_of
from library_site.cqrs.texts import sentences

MAX_ROWS_PER_ACTION = 100


class CommandAction:
    """An action that dispatches one command for each selected row, and says of each what came of it.

    `field` is the field of the command that takes the row's id; `note` says what else of the result matters.
    Only who may carry the command out sees the action.
    """

    def __init__(self, message: type[Command[Any]], field: str, note: Callable[[Any], str] | None = None) -> None:
        self.note = note or (lambda result: "")
        self.operation = operation_of(message)
        self.field = field
        self.__name__ = self.operation.slug
        self.short_description = self.operation.title

    def __call__(self, model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if model_admin.refuses_too_many(request, queryset):
            return
        for row in queryset:
            self._dispatch(model_admin, request, row)

    def _dispatch(self, model_admin: Any, request: HttpRequest, row: Model) -> None:
        context = Context(actor=Actor.of_user(request.user), source="admin")
        try:
            result = dispatch(self.operation.message(**{self.field: row.pk}), context)
        except DomainError as refusal:
            why = " ".join(each.message for each in refusal.problems)
            refused = _("{task}, “{row}”: {why}").format(task=self.operation.title, row=row, why=why)
            model_admin.message_user(request, refused, messages.ERROR)
        else:
            done = _("{task}, “{row}”: done.").format(task=self.operation.title, row=row)
            model_admin.message_user(request, sentences(done, self.note(result)), messages.SUCCESS)


class ActionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list whose rows actions are carried out on."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: each for name, each in super().get_actions(request).items() if each and may(request, each[0])}

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Django's; junk instead of ids selects nothing."""
        try:
            return super().response_action(request, *args, **kwargs)
        except ValidationError:
            self.message_user(request, _("Choose rows of the list. Nothing has been done."), messages.ERROR)
            return None

    def refuses_too_many(self, request: HttpRequest, queryset: QuerySet[Any]) -> bool:
        """Whether an action is asked to take more rows than one request should, and says so."""
        too_many = queryset.order_by()[: MAX_ROWS_PER_ACTION + 1].count() > MAX_ROWS_PER_ACTION
        if too_many:
            message = _("Select at most {limit} at a time. Nothing has been done.")
            self.message_user(request, message.format(limit=MAX_ROWS_PER_ACTION), messages.ERROR)
        return too_many


def may(request: HttpRequest, action: Any) -> bool:
    return not isinstance(action, CommandAction) or request.user.has_perm(action.operation.permission)
