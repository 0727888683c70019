"""What is asked of the servers: three requests of all, and of the library itself a scan at the desk and its health."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from time import sleep
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bench.speed.load import Load, Sent
from bench.speed.rows import BOOKS_OF_A_READER, BOOKS_OF_AN_AUTHOR
from bench.speed.servers import DRF
from library_site.cqrs.permissions import LIBRARIANS

BY_AUTHOR, BY_USER, BORROW = "100 books of an author", "5 books of a person", "borrow"
SCAN, HEALTH = "scan at the desk", "GET /healthz"

IN_FLIGHT = 0.5
"""Seconds in which some of what was sent at the last moment, and whose answer nobody waits for, is carried out."""

DRF_TOKEN = "bench" * 8
_TOKENS = """
CREATE TABLE authtoken_token
    (key varchar(40) PRIMARY KEY, created timestamptz NOT NULL, user_id integer NOT NULL UNIQUE REFERENCES auth_user)
"""
_ADMIT = "INSERT INTO authtoken_token (key, created, user_id) VALUES (%s, now(), %s)"
_AUTHORS = "SELECT author_id FROM catalog_book GROUP BY author_id HAVING count(*) = %s"
_READERS = (
    "SELECT borrower_id FROM catalog_book WHERE borrower_id IS NOT NULL GROUP BY borrower_id HAVING count(*) = %s"
)
_LENDABLE = """
SELECT book.id, book.barcode, person.id FROM (
    SELECT id, barcode, row_number() OVER (ORDER BY md5(id::text)) - 1 AS number FROM catalog_book book
    WHERE status = 'AVAILABLE'
) book JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS of FROM circulation_libraryuser person
    WHERE status = 'VERIFIED' AND NOT EXISTS (SELECT FROM catalog_book WHERE borrower_id = person.id)
) person ON person.number = book.number %% person.of AND book.number / person.of < %s
ORDER BY book.number LIMIT %s
"""
_GIVE_BACK = """
UPDATE catalog_book SET status = 'AVAILABLE', borrower_id = NULL, loan_id = NULL, borrowed_at = NULL, due_on = NULL
WHERE status = 'BORROWED' AND id = ANY(%s)
"""


@dataclass(frozen=True)
class Cases:
    """What is sent: to every server, and to the library alone."""

    peers: dict[str, Load]
    own: dict[str, Load]
    lendable: list[str]

    def fresh(self, name: str, server: str) -> Load:
        """The same again: usual REST framework has a token of its own, and each scan a key."""
        load = (self.peers | self.own)[name]
        if server == DRF:
            return replace(load, headers={**load.headers, "Authorization": f"Token {DRF_TOKEN}"})
        if name == SCAN:
            return replace(load, sent=[replace(each, body=f"{each.body}&scan_key={uuid4()}") for each in load.sent])
        return load

    @contextmanager
    def sending(self, name: str, server: str) -> Iterator[Load]:
        """The requests. What was lent is on its shelf again thereafter, past the journal, and the table as small."""
        yield (load := self.fresh(name, server))
        if not load.once:
            return
        before, lent = -1, self.lent()
        while lent > before:
            sleep(IN_FLIGHT)
            before, lent = lent, self.lent()
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [self.lendable])
            cursor.execute("VACUUM catalog_book")

    def lent(self) -> int:
        """How many of the books that may be lent are."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM catalog_book WHERE status = 'BORROWED' AND id = ANY(%s)", [self.lendable]
            )
            return int(cursor.fetchone()[0])


def of_this_library(lend: int) -> Cases:
    """To whom a Librarian asks, with a token, or at the desk; `lend` is how many books may be lent at a time."""
    user, _ = User.objects.get_or_create(username="bench")
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    call_command("create_api_token", "bench", stdout=(token := StringIO()))
    headers = {"Authorization": f"Token {token.getvalue().strip()}", "Accept": "application/json"}
    authors, readers = _ids(_AUTHORS, BOOKS_OF_AN_AUTHOR), _ids(_READERS, BOOKS_OF_A_READER)
    with connection.cursor() as cursor:
        cursor.execute(_TOKENS)
        cursor.execute(_ADMIT, [DRF_TOKEN, user.pk])
        cursor.execute(_LENDABLE, [8, lend])
        lendable = cursor.fetchall()
    borrows = [Sent("POST", f"/api/book/{book}/borrow", f'{{"user_id": "{user_id}"}}') for book, _, user_id in lendable]
    scans = [
        Sent("POST", "/", urlencode({"typed": barcode, "mode": "lend", "user_id": str(user_id)}))
        for _, barcode, user_id in lendable
    ]
    return Cases(
        peers={
            BY_AUTHOR: Load([Sent("GET", f"/api/book/by-author/{id}") for id in authors], headers),
            BY_USER: Load([Sent("GET", f"/api/book/by-user/{id}") for id in readers], headers),
            BORROW: Load(borrows, headers | {"Content-Type": "application/json"}, once=True),
        },
        own={
            HEALTH: Load([Sent("GET", "/healthz")]),
            SCAN: Load(scans, _of_a_desk(user), once=True),
        },
        lendable=[str(book) for book, _, _ in lendable],
    )


def _ids(statement: str, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [count])
        return [str(id) for (id,) in cursor.fetchall()]


def _of_a_desk(user: User) -> dict[str, str]:
    """What the page's script sends of somebody who is signed in."""
    client, secret = Client(), "bench" * 6 + "ab"
    client.force_login(user)
    cookies = {settings.SESSION_COOKIE_NAME: client.session.session_key or "", settings.CSRF_COOKIE_NAME: secret}
    return {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": secret,
    }
