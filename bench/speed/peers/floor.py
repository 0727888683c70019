"""The floor: a bare WSGI application, one connection a worker, prepared statements. It authenticates nobody."""

import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import args_row
from uuid_utils.compat import uuid7

BY_AUTHOR = """
SELECT id, title, isbn, status FROM catalog_book WHERE author_id = %s ORDER BY substr(search_key, 1, 60), id LIMIT 100
"""
BY_USER = """
SELECT book.id, title, isbn, author_id, author.name AS author_name, loan_id, borrowed_at, due_on
FROM catalog_book book JOIN catalog_author author ON author.id = author_id
WHERE borrower_id = %s ORDER BY due_on, book.id LIMIT 100
"""
LEND = """
UPDATE catalog_book SET status = 'BORROWED', borrower_id = %s, loan_id = %s, borrowed_at = %s, due_on = %s
WHERE id = %s AND status = 'AVAILABLE'
"""
LOCK = "SELECT status FROM circulation_libraryuser WHERE id = %s FOR UPDATE"
COUNT = "SELECT count(*) FROM catalog_book WHERE borrower_id = %s"
LIMITS = {"VERIFIED": 10, "NOT_VERIFIED": 2}

connection = psycopg.connect(
    os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0, options="-c TimeZone=UTC"
)
encode = msgspec.json.Encoder().encode


class BookOfAuthor(msgspec.Struct):
    id: UUID
    title: str
    isbn: str
    status: str


class BorrowedBook(msgspec.Struct):
    id: UUID
    title: str
    isbn: str
    author_id: UUID
    author_name: str
    loan_id: UUID
    borrowed_at: datetime
    due_on: date


class Refused(Exception):
    """Why nothing is lent: an HTTP status, and a code."""


def by_author(environ: dict[str, Any], id: str) -> Any:
    return page(BY_AUTHOR, BookOfAuthor, id)


def by_user(environ: dict[str, Any], id: str) -> Any:
    return page(BY_USER, BorrowedBook, id)


def page(query: LiteralString, row: type[Any], id: str) -> Any:
    with connection.cursor(binary=True, row_factory=args_row(row)) as cursor:
        return {"next": None, "previous": None, "results": cursor.execute(query, [UUID(id)]).fetchall()}


def borrow(environ: dict[str, Any], id: str) -> Any:
    body = msgspec.json.decode(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    book, user, loan, now = UUID(id), UUID(body["user_id"]), uuid7(), datetime.now(UTC)
    due_on = now.date() + timedelta(days=28)
    with connection.transaction():
        if connection.execute(LEND, [user, loan, now, due_on, book]).rowcount == 0:
            raise Refused("409 Conflict", "book_not_available")
        person = connection.execute(LOCK, [user]).fetchone()
        if person is None:
            raise Refused("404 Not Found", "not_found")
        count = connection.execute(COUNT, [user]).fetchone()
        if count is None or count[0] > LIMITS.get(person[0], 0):
            raise Refused("409 Conflict", "loan_limit_reached")
    return {"book_id": book, "user_id": user, "due_on": due_on, "loan_id": loan}


ROUTES: list[tuple[re.Pattern[str], Callable[[dict[str, Any], str], Any]]] = [
    (re.compile(r"GET /api/book/by-author/([0-9a-f-]{36})"), by_author),
    (re.compile(r"GET /api/book/by-user/([0-9a-f-]{36})"), by_user),
    (re.compile(r"POST /api/book/([0-9a-f-]{36})/borrow"), borrow),
]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    status, answer = "404 Not Found", {"code": "not_found"}
    for pattern, view in ROUTES:
        if found := pattern.fullmatch(asked):
            try:
                status, answer = "200 OK", view(environ, found[1])
            except Refused as refusal:
                status, answer = refusal.args[0], {"code": refusal.args[1]}
            break
    body = encode(answer)
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
