"""Pages that are refused for want of a permission: the journal has an entry, as dispatch() writes one for programs.

That is: of a command, whether it was only looked at or sent, and of a record that was to be added, changed or deleted.
Whoever may not read something has no entry, by page as by REST.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.views import defaults

from library_site.cqrs import journal
from library_site.cqrs.errors import NotAllowed
from library_site.cqrs.operations import operation_of
from library_site.html.views import MessageView

from .who import context_of

METHODS = {"add": "POST", "change": "PATCH", "delete": "DELETE", "password_change": "PATCH"}
"""What an edit is called, by the page of the admin that makes it."""


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's page, and the entry. (A page that may be opened, but for what its search box looks up, has none.)"""
    match = request.resolver_match
    if (
        match
        and not isinstance(exception.__cause__, NotAllowed)
        and (asked := _command(match) or _edit(request, match))
    ):
        name, arguments = asked
        about = [arguments.get("record_id")]
        journal.record(name, msgspec.to_builtins(arguments), context_of(request), code=NotAllowed.code, about=about)
    return defaults.permission_denied(request, exception)


def _command(match: ResolverMatch) -> tuple[str, Mapping[str, Any]] | None:
    """The command whose page it is."""
    view: Any = getattr(match.func, "view_class", type)
    operation = operation_of(view.form_class.message) if issubclass(view, MessageView) else None
    return (operation.name, {}) if operation and not operation.is_query else None


def _edit(request: HttpRequest, match: ResolverMatch) -> tuple[str, Mapping[str, Any]] | None:
    """The edit of a record whose page of the admin it is; the page to change it is also the one to read it."""
    for model in admin.site._registry if match.app_name == "admin" else ():
        _, _, page = str(match.url_name).partition(f"{model._meta.app_label}_{model._meta.model_name}_")
        if page == "changelist":
            return _action(model, request.POST.get("action", ""))
        if page in METHODS and (page != "change" or request.method == "POST"):
            edit = {"table": model._meta.label_lower, "method": METHODS[page], "record_id": _record_id(model, match)}
            return "EditRecord", {name: value for name, value in edit.items() if value}
    return None


def _action(model: type[Model], name: str) -> tuple[str, Mapping[str, Any]] | None:
    """What was to be done to the rows that were selected in a list."""
    if name == "delete_selected":
        return "EditRecord", {"table": model._meta.label_lower, "method": "DELETE"}
    commands: Iterator[Any] = (each for each in admin.site._registry[model].actions or () if hasattr(each, "operation"))
    return next(((each.operation.name, {}) for each in commands if each.__name__ == name), None)


def _record_id(model: type[Model], match: ResolverMatch) -> int | UUID | None:
    """The id of the record; no text, as it may be junk, or that of a token: its digest, which is kept nowhere."""
    said = unquote(str(match.kwargs.get("object_id", match.kwargs.get("id", ""))))
    try:
        record_id = model._meta.pk.to_python(said)
    except ValidationError:
        return None
    return record_id if isinstance(record_id, int | UUID) else None
