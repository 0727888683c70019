"""The application as `python -m library_site.serving` has it, in granian's RSGI.

A request comes to one of a few threads, each with its connection to the database, once all of it is here, and its
answer leaves without any: whoever sends or reads slowly has a socket and a little memory, and nobody waits for that.
By granian's WSGI a thread reads the body, and no time-out is known to it (docs/adr/0012).
"""

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import nullcontext
from functools import lru_cache
from io import BytesIO
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, BinaryIO

from django.conf import settings
from django.urls import get_resolver
from granian.rsgi import Scope

from library_site.cqrs.answers import RETRY_AFTER
from library_site.wsgi import application as in_wsgi

logger = logging.getLogger(__name__)

BODY_SECONDS = 10
"""In which a body has to be here. Those of our forms and programs are a few kB."""

SLOWEST = 100_000
"""Bytes a second that a line brings, of a file that somebody imports: it has so much longer."""

SMALL, LARGE = 64 * 1024, asyncio.Semaphore(16)
"""Bytes of a body that may always come; of larger ones as many at a time, so that they do not fill the memory."""

MOST_WAITING = 200
"""Requests that wait for a thread of this process: who comes then is told 503, instead of waiting for all of them."""

LONG = 0.05
"""Seconds after which a request has taken so long that another thread begins the next one beside it."""

UNREAD = {"range"}
"""Of a file all is sent, by granian."""

ALWAYS = {
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}

Asked = tuple[Scope, bytes, Any, "asyncio.Future[None]"]


class File:
    """A file that is to be sent: granian reads it, as its client does."""

    def __init__(self, file: BinaryIO, _block_size: int = 0) -> None:
        self.file, self.close = file, file.close

    def __iter__(self) -> Iterator[bytes]:
        return iter((self.file.read(),))


class Turn:
    """A thread's turn: since when it carries a request out (0: it does not), and whether another has the next one."""

    since, is_over = 0.0, False


class Application:
    """What granian calls; `settings.THREADS` threads carry out what it is asked.

    They take turns: one carries out one request after the other, as long as none takes long. More at once would take
    Python's lock from each other all the time, and get less done.
    """

    def __init__(self) -> None:
        self.asked: SimpleQueue[Asked] = SimpleQueue()
        self.turn, self.next = Turn(), Lock()
        self.answered: deque[asyncio.Future[None]] = deque()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        _ = get_resolver().url_patterns  # imports all pages, so that nobody waits for that
        self.look(loop)
        for _number in range(settings.THREADS):
            Thread(target=self.work, daemon=True).start()

    async def __rsgi__(self, scope: Scope, proto: Any) -> None:
        """Until it is answered, or a little longer: granian answers 500 to what ends before its answer."""
        self.end_answered()
        try:
            body = await _body(scope, proto)
            if self.asked.qsize() >= MOST_WAITING:
                raise _Refused(503)
        except _Refused as refused:
            proto.response_empty(refused.status, [("Retry-After", str(RETRY_AFTER))] if refused.status == 503 else [])
            return
        answered = asyncio.get_running_loop().create_future()
        self.asked.put((scope, body, proto, answered))
        await answered

    def end_answered(self) -> None:
        while self.answered:
            if not (answered := self.answered.popleft()).done():
                answered.set_result(None)

    def look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ends what is answered, now and then and by each request: to be woken for it costs as much as all else.

        And the turn of a thread whose request takes long.
        """
        self.end_answered()
        if self.turn.since and monotonic() - self.turn.since > LONG and not self.turn.is_over:
            self.turn.is_over = True
            self.next.release()
        loop.call_later(LONG, self.look, loop)

    def work(self) -> None:
        while True:
            self.next.acquire()
            turn = self.turn = Turn()
            while not turn.is_over:
                self.carry_out(turn, *self.asked.get())

    def carry_out(self, turn: Turn, scope: Scope, body: bytes, proto: Any, answered: "asyncio.Future[None]") -> None:
        """Answers, and keeps nothing: a body that nobody read holds its connection as long as `proto` is there."""
        turn.since = monotonic()
        try:
            _answer(_environ(scope, body), proto)
        except BaseException:  # SystemExit, too: a thread less is one for as long as the process lives
            logger.exception("No answer")
            proto.response_empty(500, [])
        self.answered.append(answered)
        turn.since = 0.0

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.end_answered()
        loop.run_until_complete(asyncio.sleep(0))


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


async def _body(scope: Scope, proto: Any) -> bytes:
    """All of it. What is too large for anybody is not read: Django, which is told how long it is, refuses it."""
    length = scope.headers.get("content-length", "")
    if not length:
        if "transfer-encoding" in scope.headers:
            raise _Refused(411)
        return b""
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return b""
    try:
        async with (
            asyncio.timeout(BODY_SECONDS + int(length) / SLOWEST),
            LARGE if int(length) > SMALL else nullcontext(),
        ):
            body: bytes = await proto()
            return body
    except TimeoutError:
        raise _Refused(408) from None
    except RuntimeError:  # the client has gone
        raise _Refused(400) from None


def _answer(environ: dict[str, Any], proto: Any) -> None:
    status, headers = 500, list[tuple[str, str]]()

    def start_response(said: str, its_headers: list[tuple[str, str]], _error: Any = None, /) -> Any:
        nonlocal status, headers
        status, headers = int(said[:3]), its_headers

    answer: Any = in_wsgi(environ, start_response)
    try:
        if isinstance(answer, File) and isinstance(path := getattr(answer.file, "name", None), str):
            proto.response_file(status, headers, path)
        else:  # whole, or not at all: a stream that breaks off is ended by granian as if that were all of it
            proto.response_bytes(status, headers, b"".join(answer))
    finally:
        answer.close()


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """What WSGI wants to be told (PEP 3333); a header with an underscore in its name would pass for another one."""
    server, _, port = scope.server.rpartition(":")
    environ = {
        **ALWAYS,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.file_wrapper": File,
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        if variable := _variable(name):
            environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
    return environ


@lru_cache(maxsize=256)
def _variable(header: str) -> str:
    """What WSGI calls a header; nothing, if it is not to be told."""
    if "_" in header or header in UNREAD:
        return ""
    variable = header.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"


application = Application()
