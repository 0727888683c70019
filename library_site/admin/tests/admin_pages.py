"""What a browser does with a page of the admin: send its form back, with what a person changed."""

import re
from collections.abc import Callable, Iterable
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


class _Fields(HTMLParser):
    """The fields of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._open = ""  # the select or textarea that the parser is in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "input" and values.get("type") not in {"submit", "checkbox", "button"}:
            self.sent[values.get("name", "")] = values.get("value", "")
        elif tag in {"select", "textarea"}:
            self._open = values["name"]
            self.sent[self._open] = ""
        elif tag == "option" and "selected" in values:
            self.sent[self._open] = values["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and self.lasttag == "textarea":
            self.sent[self._open] = data.removeprefix("\n")


def url(model: str, page: str, *args: Any) -> str:
    """Of a page about `model` (app_model): changelist, add, change, delete."""
    return reverse(f"admin:{model}_{page}", args=args)


def fill_in(client: Client, page: str) -> dict[str, str]:
    """The fields of the form at `page`, as it is shown now."""
    return fields_of(client.get(page).content.decode())


def fields_of(text: str) -> dict[str, str]:
    """The fields of a page."""
    parser = _Fields()
    parser.feed(text)
    return {name: "\r\n".join(value.replace("\r\n", "\n").split("\n")) for name, value in parser.sent.items() if name}


def edit(client: Client, page: str, **changes: Any) -> Any:
    """Open the page, change some fields, send it."""
    return client.post(page, fill_in(client, page) | changes)


def act(client: Client, model: str, action: str, ids: Iterable[Any], **more: str) -> Any:
    """Carry out an action on the rows of a list; the page that follows."""
    return client.post(
        url(model, "changelist"),
        {"action": action, "_selected_action": [str(each) for each in ids], **more},
        follow=True,
    )


def messages_on(response: Any) -> list[str]:
    """The messages on a page."""
    return [str(message) for message in response.context["messages"]]


def task_links(client: Client, page: str) -> list[tuple[str, str]]:
    """The links to tasks that a page shows."""
    text = client.get(page).content.decode()
    shown = re.search(r'<p class="help">At the desk: (.*)</p>', text)
    return (
        [(link, unescape(to)) for to, link in re.findall(r'<a href="([^"]*)">([^<]*)</a>', shown[1])] if shown else []
    )


def statements(do: Callable[[], object]) -> list[str]:
    """The SQL that something runs."""
    with CaptureQueriesContext(connection) as captured:
        do()
    return [query["sql"] for query in captured]
