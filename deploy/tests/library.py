"""A library whose functions are deployed on this machine: its database, what maintains it, and its clients."""

import gzip
import html
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, LiteralString, Protocol
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from deploy.tests.events import Answer, Request, host_of, http_answer, http_event
from deploy.tests.runtime import MAINTAINS, SERVES_EVENTS, Function
from tests.arranger import MAIL, PERSON, Arranger, new_person
from tests.migrated_postgresql import migrated

SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 4
STAFF, PASSWORD = "staffquill", "horse battery staple quill"


@contextmanager
def new_database(server: str, like: str = "template1") -> Iterator[str]:
    """The URL of a database on this server: an empty one, or a copy of another; it is gone afterwards."""
    name = f"library_{uuid4().hex[:12]}"
    _administer(server, "CREATE DATABASE {} TEMPLATE {}", name, like)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _administer(server, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(server: str, statement: LiteralString, *names: str) -> None:
    with psycopg.connect(server, autocommit=True, connect_timeout=10) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def migrated_database(folder: Path, server: str) -> Iterator[str]:
    """The name of a database to copy, which the functions of the folder have migrated: one for all workers of a run."""

    def migrate(name: str) -> None:
        with ExitStack() as stack:
            Library(folder, urlsplit(server)._replace(path=f"/{name}").geturl(), stack).manage("migrate")

    with migrated(server, "by_functions", migrate) as name:
        yield name


@contextmanager
def deployed(folder: Path, server: str, like: str = "template1") -> Iterator["Library"]:
    """A library with a database of its own on this server, migrated, and one member of staff who has an API token.

    Whatever a test does with it, no log of its functions may tell of a person or give a secret away.
    """
    with new_database(server, like) as url, ExitStack() as stack:
        library = Library(folder, url, stack)
        library.manage("migrate")
        library.manage(f"createsuperuser --no-input --username {STAFF} --email {STAFF}@{MAIL}")
        library.token = library.manage(f"create_api_token {STAFF}").strip()
        yield library
        library.assert_discreet()


class Library:
    """A database, the function that maintains it, and those that a test wants beside it."""

    def __init__(self, folder: Path, database_url: str, stack: ExitStack) -> None:
        self.folder, self.database_url, self.token = folder, database_url, ""
        self.functions: list[Function] = []
        self._stack = stack
        self.maintenance = self.function("library-maintenance", MAINTAINS, DJANGO_SUPERUSER_PASSWORD=PASSWORD)

    def function(self, name: str = "library-production", handler: str = SERVES_EVENTS, **variables: str) -> Function:
        """A new function, which lives as long as the library."""
        given = {
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": self.database_url,
            "ALLOWED_HOSTS": ".amazonaws.com,.on.aws",
            "STRANGERS_A_MINUTE": "1000000",  # all clients are one here
        }
        function = self._stack.enter_context(Function(self.folder, given | variables, name=name, handler=handler))
        self.functions.append(function)
        return function

    @property
    def credentials(self) -> dict[str, str]:
        """The header of a client that has the token."""
        return {"Authorization": f"Token {self.token}"}

    def manage(self, command: str) -> str:
        """What a management command prints."""
        return str(self.maintenance.invoke({"manage": command}, timeout_ms=60_000))

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """What the database itself says, asked past every function."""
        with psycopg.connect(self.database_url, connect_timeout=10, application_name="tests") as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def value(self, query: str, *parameters: Any) -> Any:
        return self.rows(query, *parameters)[0][0]

    def done(self) -> tuple[int, int]:
        """How much has been carried out, and how many people are registered."""
        done = "SELECT count(*) FROM cqrs_journalentry WHERE outcome = 'CARRIED_OUT'"
        return self.value(done), self.value("SELECT count(*) FROM circulation_libraryuser")

    def times_done(self, key: str) -> int:
        """How many entries of the journal say that the command with this key was carried out."""
        query = (
            "SELECT count(*) FROM cqrs_idempotencykey JOIN cqrs_journalentry entry ON entry.id = entry_id "
            "WHERE key = %s AND outcome = 'CARRIED_OUT'"
        )
        return int(self.value(query, key))

    def contents(self) -> dict[str, str]:
        """A digest of each table."""
        digest = "SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t"
        with psycopg.connect(self.database_url, connect_timeout=10) as connection:
            names = [name for (name,) in connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()]
            queries = {name: sql.SQL(digest).format(sql.Identifier(name)) for name in names}
            return {name: str(connection.execute(query).fetchall()[0][0]) for name, query in queries.items()}

    def assert_discreet(self) -> None:
        """No function has logged a name, an e-mail address, a password, a token or the key of a session."""
        sessions = [key for (key,) in self.rows("SELECT session_key FROM django_session")]
        private = re.compile("|".join([PERSON, MAIL, PASSWORD, self.token, *sessions]), re.IGNORECASE)
        lines = [line for function in self.functions for line in function.lines]
        assert [line for line in lines if private.search(line)] == []


class Deployed(Arranger):
    """A library whose operations a function carries out when it is invoked."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, operation: str, /, **arguments: Any) -> Any:
        return self.function.invoke({"operation": operation, "arguments": arguments})

    def edit(self, kind: str, id: Any, **dates: date) -> None:
        """Only the database can be told that time has passed."""
        tables = {"book": "catalog_book", "user": "circulation_libraryuser"}
        with psycopg.connect(self.function.variables["DATABASE_URL"], connect_timeout=10) as connection:
            for name, value in dates.items():
                update = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s")
                connection.execute(update.format(*map(sql.Identifier, (tables[kind], name))), (value, id))


class Invoked(Protocol):
    """A function, or what stands before some."""

    def invoke(self, event: Any, *, timeout_ms: int = ...) -> Any: ...


class Client:
    """A client of a function behind a gateway: URLs are as it sees them, with the base path; it keeps cookies.

    Each has an address of its own, so that nobody is slowed by what others have tried.
    """

    def __init__(
        self,
        function: Invoked,
        kind: str = "http_api",
        *,
        base: str = "",
        hands_base_on: bool = True,
        headers: Mapping[str, str] | None = None,
        host: str = "",
    ) -> None:
        self.function, self.kind, self.base, self.hands_base_on = function, kind, base, hands_base_on
        self.headers, self.origin = dict(headers or {}), f"https://{host or host_of(kind)}"
        self.cookies: dict[str, str] = {}
        self.address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"

    def get(self, url: str, **kwargs: Any) -> Answer:
        return self.send("GET", url, **kwargs)

    def post(self, url: str, document: Any = None, **kwargs: Any) -> Answer:
        """Send a JSON document."""
        headers = {"Content-Type": "application/json"} | kwargs.pop("headers", {})
        return self.send("POST", url, body=json.dumps(document).encode(), headers=headers, **kwargs)

    def submit(self, url: str, fields: Mapping[str, str], **kwargs: Any) -> Answer:
        """Send a form, as a browser does."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.origin,
            "Referer": self.origin + url,
        }
        headers |= kwargs.pop("headers", {})
        return self.send("POST", url, body=urlencode(fields).encode(), headers=headers, **kwargs)

    def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        source_ip: str = "",
        timeout_ms: int = 20_000,
    ) -> Answer:
        parts = urlsplit(urljoin(self.origin, url))
        assert f"{parts.scheme}://{parts.netloc}" == self.origin, f"{url} leads away from {self.origin}"
        assert f"{parts.path}/".startswith(f"{self.base}/"), f"{url} is not under {self.base}"
        request = Request(
            method=method,
            path=parts.path.removeprefix(self.base) or "/",
            query=parts.query,
            headers={"Accept-Encoding": "gzip", **self.headers, **(headers or {})},
            cookies=self.cookies if parts.path.startswith(f"{self.base}/") else {},
            body=body,
            source_ip=source_ip or self.address,
            base=self.base,
            hands_base_on=self.hands_base_on,
        )
        answer = http_answer(self.function.invoke(http_event(self.kind, request), timeout_ms=timeout_ms))
        self._keep(answer.cookies)
        return _unzipped(answer)

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            ((name, morsel),) = SimpleCookie(cookie).items()
            assert morsel["path"] == f"{self.base}/" or name == "messages", cookie
            if not morsel.value:  # it is taken back
                self.cookies.pop(name, None)
            else:
                assert morsel["secure"], cookie
                self.cookies[name] = morsel.value

    def sign_in(self, username: str = STAFF, password: str = PASSWORD, page: str = "/login") -> Answer:
        """Fill in the page to sign in; what it answers."""
        url = f"{self.base}{page}"
        fields = Page(self.get(url).text).fields
        return self.submit(url, fields | {"username": username, "password": password})


def _unzipped(answer: Answer) -> Answer:
    if answer.headers.get("content-encoding") == "gzip":
        return answer._replace(body=gzip.decompress(answer.body))
    return answer


class Page(HTMLParser):
    """What a browser finds in a page: the fields of its last form, its links, what it loads, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._posts = False
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.text = html.unescape(re.sub(r"<[^>]*>", " ", text))
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._posts = values.get("method") == "post"
            self.fields = {} if self._posts else self.fields
        if tag == "input" and self._posts and values.get("type") not in {"submit", "checkbox", "radio"}:
            self.fields[values.get("name", "")] = values.get("value", "")
        if tag == "a" and "href" in values and not values["href"].startswith("#"):
            self.links.add(values["href"])
        if tag in {"link", "script", "img"} and (url := values.get("href") or values.get("src")):
            self.loads.add(url)


def is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value))


def asking(operation: str, **arguments: Any) -> dict[str, Any]:
    """The document that asks for an operation."""
    return {"operation": operation, "arguments": arguments}


def registering() -> str:
    """The text of a message that registers somebody new."""
    return json.dumps(asking("RegisterUser", **new_person()))
