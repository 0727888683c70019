"""The library as `make serve` serves it: nobody waits for those who let a server wait, and all else is as it was."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Event, current_thread
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, call

import pytest
from django.db import OperationalError
from django.test import Client

from library_site.cqrs.models import JournalEntry
from library_site.serving import rsgi
from library_site.serving.__main__ import obstacle
from tests.guard import ROOT
from tests.process import database_url
from tests.served import CSRF, HOST, SCRIPT, Served, halves, served

# One server is for all; whose database it is, no client sees.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("serving"), pytest.mark.alike]


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Served]:
    environ = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": database_url()}
    with served(["-m", "library_site.serving"], environ) as server:
        for _ in range(8):  # so that neither of its processes is cold
            server.waited()
        yield server


def test_a_fifth_client_does_not_wait_for_four_that_let_the_server_wait(server: Served, token: str) -> None:
    for kind, begun in halves(token).items():
        with server.occupied([begun] * 4):
            waited = server.waited()
        assert waited < 1, (kind, waited)


@pytest.mark.soak
def test_nor_for_four_hundred(server: Served, token: str) -> None:
    with server.occupied(([*halves(token).values()] * 58)[:400]):
        assert max(server.waited(), server.waited("/healthz")) < 1


def ask(server: Served, method: str, path: str, body: Any = None, **headers: str) -> tuple[HTTPResponse, bytes]:
    """The answer to a request; of headers, underscores are hyphens."""
    with closing(HTTPConnection(HOST, server.port, timeout=10)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        with connection.getresponse() as response:
            return response, response.read()


def test_a_command_and_what_it_is_told(server: Served, token: str) -> None:
    emma = json.dumps({"title": "Émma", "author": {"name": "Jane Austen"}}).encode()
    told = {"Authorization": f"Token {token}", "Content_Type": "application/json", "Idempotency_Key": "emma"}

    for again in (False, True):
        response, body = ask(server, "POST", "/api/book/new", emma, **told)
        assert (response.status, response.headers.get("Idempotency-Replayed")) == (201, "true" if again else None)
    found, body = ask(server, "GET", "/api/book/search?q=%C3%A9mma", **told)

    assert JournalEntry.objects.filter(operation="AddNewBook").count() == 1
    assert [row["title"] for row in json.loads(body)["results"]] == ["Émma"]
    assert found.headers["Content-Length"] == str(len(body))


def test_a_file_is_sent_whole(server: Served) -> None:
    whole, body = ask(server, "GET", SCRIPT, Range="bytes=0-9")
    head, nothing = ask(server, "HEAD", SCRIPT)

    assert (whole.status, head.status, nothing) == (200, 200, b"")
    assert whole.headers["Content-Length"] == head.headers["Content-Length"] == str(len(body))


def test_a_table_is_sent_whole(server: Served, desk: Client) -> None:
    session = desk.cookies["sessionid"].value
    response, body = ask(server, "GET", "/missing-books.csv", Cookie=f"sessionid={session}")

    assert (response.status, response.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert body.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("path", ["/%C3%A9", "/%FF", "/%00", "/login?q=%FF", "//login", "/a%20b"])
def test_no_path_is_a_server_error(server: Served, path: str) -> None:
    assert ask(server, "GET", path)[0].status < 500


@pytest.mark.parametrize("path", ["/api/book/new", "/login", "/admin/login/"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_is_too_large_is_refused_and_not_read(server: Served, token: str, path: str, kind: str) -> None:
    begun = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}; boundary=x\r\nCookie: csrftoken={CSRF}\r\n"
        f"Authorization: Token {token}\r\nContent-Length: 7000000\r\n\r\nx"
    )
    with server.begin(begun) as client:
        client.settimeout(5)
        assert client.recv(12)[:10] == b"HTTP/1.1 4"


def test_a_body_of_no_length_is_refused(server: Served, token: str) -> None:
    with server.begin(halves(token)["chunks"]) as client:
        assert client.recv(12) == b"HTTP/1.1 411"


def test_who_is_gone_before_the_answer_leaves_nothing_behind(server: Served) -> None:
    for _ in range(20):
        server.begin("GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n").close()

    assert max(server.waited() for _ in range(4)) < 1


class Broken(list[bytes]):
    """An answer, to be sent as its rows are read, that fails when half of them are."""

    streaming = True

    def __init__(self, error: BaseException) -> None:
        self.error, self.close = error, lambda: None

    def __iter__(self) -> Iterator[bytes]:
        yield b"half of it"
        raise self.error


@pytest.mark.parametrize("error", [OperationalError("the database is lost"), SystemExit(1)])
def test_what_breaks_off_is_a_server_error_and_costs_no_thread(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return Broken(error)

    monkeypatch.setattr(rsgi, "in_wsgi", app)
    monkeypatch.setattr(rsgi, "_environ", lambda scope, body: {})
    served, proto, scope = rsgi.Application(), Mock(), Mock(spec=[])
    loop = asyncio.new_event_loop()
    with closing(loop):
        served.carry_out(rsgi.Turn(), scope, b"", proto, loop.create_future())

    assert proto.mock_calls == [call.response_empty(500, [])]
    assert len(served.answered) == 1


def test_who_would_wait_behind_too_many_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "MOST_WAITING", 1)
    served, proto, scope = rsgi.Application(), Mock(), Mock(headers={})
    served.asked.put((scope, b"", proto, Mock()))

    asyncio.run(served.__rsgi__(scope, proto))

    assert proto.mock_calls == [call.response_empty(503, [("Retry-After", "5")])]


def test_who_takes_long_keeps_nobody_waiting_and_else_one_thread_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    took, may_end = dict[str, str](), Event()

    def app(environ: dict[str, str], start_response: Any) -> Any:
        took[environ["path"]] = current_thread().name
        if environ["path"] == "/slow":
            may_end.wait(10)
        start_response("200 OK", [])
        return Mock(__iter__=lambda _: iter([b""]), streaming=False)

    monkeypatch.setattr(rsgi, "in_wsgi", app)
    monkeypatch.setattr(rsgi, "_environ", lambda scope, body: {"path": scope.path})

    async def ask_all() -> None:
        served = rsgi.Application()
        served.__rsgi_init__(asyncio.get_running_loop())

        async def ask(path: str) -> None:
            async with asyncio.timeout(5):
                await served.__rsgi__(Mock(path=path, headers={}), Mock())

        for path in ("/first", "/second"):
            await ask(path)
        slow = asyncio.create_task(ask("/slow"))
        await asyncio.sleep(0)  # it is before the next
        await ask("/beside")
        may_end.set()
        await slow

    asyncio.run(ask_all())
    assert took["/first"] == took["/second"] == took["/slow"] != took["/beside"]


async def body_of(length: int, wait: float) -> bytes:
    async def proto() -> bytes:
        await asyncio.sleep(wait)
        return b"all"

    scope: Any = SimpleNamespace(headers={"content-length": str(length)})
    return await rsgi._body(scope, proto)


def test_a_body_that_does_not_come_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "BODY_SECONDS", 0.05)

    assert asyncio.run(body_of(3, wait=0)) == b"all"
    with pytest.raises(rsgi._Refused) as refused:
        asyncio.run(body_of(3, wait=60))
    assert refused.value.status == 408
    monkeypatch.setattr(rsgi, "SLOWEST", 1_000_000)
    assert asyncio.run(body_of(500_000, wait=0.1)) == b"all"


def test_large_bodies_are_few_at_a_time_and_small_ones_do_not_wait_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(rsgi, "SLOWEST", 1e9)
    monkeypatch.setattr(rsgi, "LARGE", asyncio.Semaphore(2))

    async def all_of_them() -> list[Any]:
        large = [body_of(1_000_000, wait=0.12) for _ in range(3)]
        return await asyncio.gather(*large, body_of(1000, wait=0.12), return_exceptions=True)

    assert [type(each) for each in asyncio.run(all_of_them())] == [bytes, bytes, rsgi._Refused, bytes]


@pytest.mark.parametrize("given", [[], ["--host", "127.0.0.1"], ["--host=::1"]], ids=str)
def test_a_second_server_does_not_share_the_port_of_the_first(given: list[str]) -> None:
    family, host = (socket.AF_INET6, "::1") if given == ["--host=::1"] else (socket.AF_INET, "127.0.0.1")
    with socket.socket(family) as first:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        first.bind((host, 0))
        first.listen()
        port = first.getsockname()[1]
        assert obstacle([*given, "--port", str(port)]) == (
            f"Nothing can listen on {host}, port {port}: Address already in use."
        )
    assert obstacle([*given, "--port", str(port)]) == ""


def test_what_granian_does_not_understand_it_says_itself() -> None:
    assert obstacle(["--port", "eighty"]) == ""


def test_a_server_without_static_files_does_not_start(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    assert "collectstatic" in obstacle(["--port", "0"])


def test_a_server_without_a_secret_says_so_in_a_line() -> None:
    environ = {**os.environ, "SECRET_KEY": "", "DEBUG": "False", "DJANGO_SETTINGS_MODULE": "library_site.settings"}
    command = [sys.executable, "-m", "library_site.serving", "--port", "0"]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Set SECRET_KEY in the environment")
