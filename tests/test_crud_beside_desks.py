"""Clients of the old kind and two admins at work beside desks, on two books: what holds afterwards all the same."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from time import monotonic
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from library_site.admin.tests.admin_pages import fields_of
from tests.invariants import broken
from tests.library import add_book, register
from tests.test_desks import ISBNS, Answer, Desk, Hall, chance, deadlocks, hesitant

__all__ = ["chance", "hesitant"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

logger = logging.getLogger(__name__)

STATUSES = ("AVAILABLE", "BORROWED", "MISSING", "WITHDRAWN", "ON_HOLD")
PEOPLE = ("NOT_VERIFIED", "VERIFIED", "SUSPENDED")


class Records(Desk):
    """A client that edits records: it reads one, changes a thing or two, and puts, patches or deletes it."""

    def work_once(self, key: str) -> None:
        table = self.chance.choice(["book", "book", "book", "user", "author"])
        row = {"book": self.book, "user": self.person, "author": self.an_author}[table]()
        path = f"{self.url}/api/{table}/{row}"
        read = self.hands[0].get(path, timeout=60)
        if read.status_code == 404:  # it was deleted
            self.hall.books[:] = [each for each in self.hall.books if each != row]
            return
        change = self.change(table)
        method = self.chance.choice(["delete", *["put"] * 4, *["patch"] * 5])
        body = change if method == "patch" else read.json() | change
        headers = {"Idempotency-Key": key} | ({"If-Match": read.headers["ETag"]} if self.chance.random() < 0.5 else {})
        response = self.hands[0].request(method, path, json=body, headers=headers, timeout=60)
        self.answers.append(Answer(method, response.status_code, response.text, is_replayed=False))

    def an_author(self) -> str:
        return str(self.hands[0].get(f"{self.url}/api/author", timeout=60).json()["results"][0]["id"])

    def change(self, table: str) -> dict[str, Any]:
        if table == "author":
            return {"name": self.chance.choice(["Jane Austen", "JANE  AUSTEN", "Frank Herbert"])}
        if table == "user":
            return {"status": self.chance.choice(PEOPLE), "status_comment": self.chance.choice(["", "Noise"])}
        if self.chance.random() < 0.3:
            return {"title": self.chance.choice(["Emma", "Dune"]), "isbn": self.chance.choice(ISBNS)}
        status = self.chance.choice(STATUSES)
        return {"status": status, "borrower": self.person() if status == "BORROWED" else None}


class Admin(Records):
    """Somebody who edits the same records by the forms of the admin."""

    def __init__(self, name: str, url: str, hall: Hall) -> None:
        super().__init__(name, url, hall)
        client = Client()
        client.force_login(User.objects.get(username=name))
        User.objects.filter(username=name).update(is_staff=True)
        for each in self.hands:
            each.cookies.set("sessionid", client.cookies["sessionid"].value)

    def work_once(self, key: str) -> None:
        table = self.chance.choice(["book", "book", "book", "user"])
        kind = "catalog/book" if table == "book" else "circulation/libraryuser"
        row = self.book() if table == "book" else self.person()
        page = f"{self.url}/admin/{kind}/{row}/{'delete' if self.chance.random() < 0.1 else 'change'}/"
        shown = self.hands[0].get(page, timeout=60)
        sent = fields_of(shown.text) | {name: value or "" for name, value in self.change(table).items()}
        response = self.hands[0].post(page, sent, allow_redirects=False, timeout=60)
        self.answers.append(Answer("admin", response.status_code, response.text, is_replayed=False))


def at_work(desks: Sequence[Desk], seconds: float) -> list[Answer]:
    """The answers of desks that work for so long, all at once."""
    end = monotonic() + seconds

    def work(desk: Desk) -> None:
        while monotonic() < end:
            desk.work_once(f"{desk.name} {len(desk.answers)} {desk.chance.random()}")

    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(work, desks))
    return [answer for desk in desks for answer in desk.answers]


@pytest.mark.usefixtures("hesitant")
@pytest.mark.parametrize(
    "seconds", [6 if connection.vendor == "postgresql" else 3, pytest.param(60, marks=pytest.mark.soak)]
)
def test_whatever_crud_does_beside_the_tasks_the_tables_hold(
    live_server: Any, chance: Random, caplog: pytest.LogCaptureFixture, seconds: int
) -> None:
    books = [add_book(isbn=ISBNS[0]), add_book(isbn=ISBNS[0])]
    people = [register(verified=verified) for verified in (True, True, False)]
    hall, met = Hall([str(each) for each in books], [str(each) for each in people], [str(books[0])]), deadlocks()
    kinds = [Desk, Desk, Desk, Desk, Records, Records, Admin, Admin]
    desks = [kind(f"{chance.random()}", live_server.url, hall) for kind in kinds]

    answers = at_work(desks, seconds)

    good = sum(answer.status < 400 for answer in answers)
    logger.warning("%s answers on %s in %s s, %s of them good", len(answers), connection.vendor, seconds, good)
    assert {answer.status for answer in answers} <= {200, 201, 204, 302, 400, 404, 409, 412, 428}
    assert good > len(answers) / 10
    assert broken() == []
    call_command("check_journal")
    assert met == deadlocks()
