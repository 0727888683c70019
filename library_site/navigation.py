"""All tasks, the group of them that a page belongs to, and two pages for guidance: of the tasks, and of the keys."""

from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from library_site.html.pages import Group, RegisteredPage, pages_by_group

PAGES = ("circulation.urls", "catalog.urls")
"""The URLs of pages. Imported when the first is asked for: a function that has just started does tasks without them."""

INDEXES = ("search_users", "search_books", "get_missing_books", "get_imports")
"""Pages from which others of their group are reached; those of other groups are reached from the index of tasks."""


class Index(NamedTuple):
    """The group of tasks that a page belongs to, and the page that leads to its pages, by the name of its URL."""

    text: str
    page: str


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the group of the page, and after how many seconds in which nobody comes a session ends."""
    return {"group": SimpleLazyObject(lambda: group_of(request)), "idle": settings.SESSION_COOKIE_AGE}


def all_tasks() -> dict[Group, list[RegisteredPage]]:
    """All tasks, by group."""
    for urls in PAGES:
        import_module(urls)
    return pages_by_group()


def group_of(request: HttpRequest) -> Index | None:
    if request.resolver_match is None:
        return None
    for group, listed in all_tasks().items():
        slugs = [task.slug for task in listed]
        if request.resolver_match.url_name in slugs:
            return Index(str(group.label), next((slug for slug in slugs if slug in INDEXES), "tasks"))
    return None


@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks that the member of staff who is signed in may carry out."""
    groups = {
        str(group.label): [task for task in listed if request.user.has_perm(task.operation.permission)]
        for group, listed in all_tasks().items()
    }
    shown = {"groups": {group: listed for group, listed in groups.items() if listed}}
    statistics = str(Group.STATISTICS.label)
    return render(request, "tasks.html", shown | {"title": gettext("All tasks"), "statistics": statistics})


@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """What can be done without a mouse."""
    return render(request, "keys.html", {"title": gettext("Keys")})
