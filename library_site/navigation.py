"""Where a page stands among the others, and the page of the keys."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from library_site.views import DESK

INDEXES = ("search_users", "search_books", "get_missing_books")
"""Pages from which others of their group are reached; those of other groups are reached from the index of tasks."""


class Group(NamedTuple):
    """The group of tasks that a page belongs to, and the page that leads to its pages, by the name of its URL."""

    text: str
    page: str


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the group of the page."""
    return {"group": SimpleLazyObject(lambda: group_of(request))}


def group_of(request: HttpRequest) -> Group | None:
    here = request.resolver_match.url_name if request.resolver_match else None
    for text, tasks in DESK.items():
        slugs = [task.slug for task in tasks]
        if here in slugs:
            return Group(_(text), next((slug for slug in slugs if slug in INDEXES), "tasks"))
    return None


@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """What can be done without a mouse."""
    return render(request, "keys.html", {"title": _("Keys")})
