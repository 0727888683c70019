"""Pages as a browser without JavaScript sends and gets them."""

import re
from typing import Any

from django.test import Client


def send(desk: Client, url: str, **fields: Any) -> Any:
    """Open a form, fill it in and send it."""
    key = re.search(r'name="page_key" value="([^"]+)"', desk.get(url).content.decode())
    assert key
    return desk.post(url, {"page_key": key[1]} | fields)


def after(desk: Client, response: Any) -> Any:
    """The page that a success leads to."""
    assert response.status_code == 302, response.content.decode()
    return desk.get(response.url)


def messages_after(desk: Client, response: Any) -> list[str]:
    """What is said there, without the links."""
    return [re.sub(" <a .*</a>", "", str(message)) for message in after(desk, response).context["messages"]]


def errors(response: Any, field: str) -> str:
    """What a page that is sent back says beside a field."""
    assert response.status_code == 422
    return " ".join(response.context["form"].errors[field])


def remedies(response: Any, field: str) -> list[tuple[str, str]]:
    """The links beside a refusal, which the page holds."""
    links = response.context["form"].remedies.get(field, [])
    page = response.content.decode().replace("&amp;", "&")
    assert all(f'<a href="{link.url}">{link.text}</a>' in page for link in links)
    return [tuple(link) for link in links]


def boxes(response: Any) -> list[str]:
    """The refusals that the page offers to override."""
    return re.findall(r'type="checkbox" name="override" value="(\w+)"', response.content.decode())
