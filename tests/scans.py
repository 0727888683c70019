"""Scans at the desk, as its script sends them, and what it answers."""

import re
from datetime import timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from catalog.models import Book
from circulation.desk.rows import Choice, Row
from library_site.accounts.watch import unwatched


class Answer(NamedTuple):
    """What the desk answers to a scan: its row, as it is made and as it is shown, and who is at the desk now."""

    row: Row
    html: str
    strip: str
    user_id: UUID | None

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.row.choices]

    @property
    def urls(self) -> list[str]:
        return [link.url for link in self.row.links]


def scan(desk: Client, typed: str = "", person: UUID | None = None, **fields: Any) -> Answer:
    """Scan a text, to lend to this person, unless `fields` say otherwise."""
    said = {"typed": typed, "mode": "lend", "user_id": person or "", "scan_key": uuid4()} | fields
    response: Any = desk.post("/", said, headers={"Accept": "application/json"})
    assert response.status_code == 200, response.content.decode()
    answer = response.json()
    row: Row = response.context["row"]
    assert row.state == answer["state"]
    assert row.key == str(said["scan_key"])
    assert shown(answer["row"]) == ([choice.arguments for choice in buttons(row)], [link.url for link in row.links])
    return Answer(
        row, unescape(answer["row"]), unescape(answer["strip"]), answer["user_id"] and UUID(answer["user_id"])
    )


def bring_back(desk: Client, typed: str, **fields: Any) -> Answer:
    """Scan a text at a desk that takes books back."""
    return scan(desk, typed, mode="return", **fields)


def press(desk: Client, answer: Answer, label: str, person: UUID | None = None, **fields: Any) -> Answer:
    """Press the button of a row that says so."""
    return scan(desk, "", person, does=button(answer, label).arguments, row=answer.row.key, **fields)


def button(answer: Answer, label: str) -> Choice:
    """The button of a row that says so."""
    return next(choice for choice in buttons(answer.row) if choice.label == label)


def buttons(row: Row) -> list[Choice]:
    """All there are in a row, the last of them what undoes it."""
    return [*row.choices, *([row.undoes] if row.undoes else [])]


def does(answer: Answer, label: str) -> dict[str, str]:
    """What a button of a row does."""
    return dict(parse_qsl(button(answer, label).arguments))


def shown(html: str) -> tuple[list[str], list[str]]:
    """What the buttons in a page do, and where the links beside them lead."""
    buttons = re.findall(r'<button name="does" value="([^"]*)"', html)
    links = re.findall(r'<a href="([^"]*)" data-option', html)
    return [unescape(each) for each in buttons], [unescape(each) for each in links]


def who_may(client: Client, *operations: str) -> Client:
    """Somebody signed in who may carry out these operations and nothing else."""
    with unwatched():
        user = User.objects.create_user("volunteer", password="correct horse")
        user.user_permissions.set(Permission.objects.filter(codename__in=operations, content_type__app_label="cqrs"))
        client.force_login(user)
    assert user.user_permissions.count() == len(operations)
    return client


def barcode_of(title: str) -> str:
    """The barcode of the only copy with this title."""
    barcode: str = Book.objects.get(title=title).barcode
    return barcode


def borrower(book_id: UUID) -> UUID | None:
    """Who has a book now."""
    return Book.objects.get(pk=book_id).borrower_id


def in_words(days: int) -> str:
    """The day so many days from today, as sentences have it."""
    return date_format(timezone.localdate() + timedelta(days=days), "DATE_FORMAT")
