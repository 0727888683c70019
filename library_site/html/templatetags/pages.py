"""Links to pages, for those who may open them, and words that cannot scramble a page."""

import re
from typing import Any
from uuid import UUID

from django import template
from django.forms.utils import flatatt
from django.template import RequestContext
from django.template.defaultfilters import stringfilter
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from library_site.cqrs.operations import all_operations
from library_site.html.links import Link

register = template.Library()

FOR_ALL = {"desk", "tasks"}
"""Pages that are no operation's: whoever is signed in may open them."""
TABS = FOR_ALL | {"return_book", "get_hold_shelf", "get_missing_books", "search_books", "search_users"}
"""The pages to which every page leads. On one of them no other is marked, though its group may belong there."""
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, name: str, text: str, key: str = "", at_desk: str = "") -> str:
    """The link to a page, by the name of its URL, with its access key: marked where one is in it.

    What the desk does in a mode of its own is done `at_desk`, where no scan is lost, however fast they come.

    Nothing, where the account may not ask for it, or this process does not serve it.
    """
    url = _url(name)
    if url is None or not _may(context, name):
        return ""
    if at_desk:
        url = f"{reverse('desk')}?mode={at_desk}"
    attributes = {"href": url, "accesskey": key or None, "aria-current": _current(context, name)}
    return format_html("<a{}>{}</a>", flatatt(attributes), text)


@register.simple_tag(takes_context=True)
def task_link(context: RequestContext, slug: str, text: str, about: str, **chosen: Any) -> str:
    """The link, in a row `about` something, to the page of a task with this chosen; nothing for who may not do it."""
    url = _url(slug)
    if url is None or not _may(context, slug):
        return ""
    return format_html('<a href="{}?{}" aria-label="{}: {}">{}</a>', url, urlencode(chosen), text, upright(about), text)


@register.simple_tag(takes_context=True)
def task_links(context: RequestContext, *slugs: str) -> list[Link]:
    """Links to the pages of these operations, as far as the account may open them, and to all tasks."""
    titles = {operation.slug: str(operation.title) for operation in all_operations()} | {"tasks": _("All tasks")}
    found = [(slug, _url(slug)) for slug in (*slugs, "tasks") if slug in titles and _may(context, slug)]
    return [Link(titles[slug], url) for slug, url in found if url]


@register.simple_tag
def reservation_of(reservation_id: UUID, user_id: UUID) -> str:
    """What links say to choose a reservation: reservations are looked up by who waits."""
    return f"{reservation_id}:{user_id}"


@register.filter
@stringfilter
def upright(text: str) -> str:
    """Without the characters that turn the direction of what follows: the rest of a sentence stays legible."""
    return BIDI_CONTROLS.sub("", text)


def _may(context: RequestContext, name: str) -> bool:
    return name in FOR_ALL or bool(context["user"].has_perm(f"cqrs.{name}"))


def _current(context: RequestContext, name: str) -> str | None:
    here = context["request"].resolver_match.url_name
    if here == name:
        return "page"
    if here in TABS:
        return None
    group = context.get("group")
    return "true" if group and group.page == name else None


def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
