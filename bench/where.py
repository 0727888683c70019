"""Where the CPU of a request goes, in one process: `make bench-where`; ARGS="--books 1000" narrows it.

It is asked how it stands a few hundred times a second of CPU. What stands innermost says which code is at work (a
library's own helpers count as the library); what stands outermost, for which part of the request.
"""

import argparse
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from io import BytesIO
from itertools import cycle, islice
from time import process_time
from types import FrameType

import django

from bench.speed.__main__ import database
from bench.speed.load import Load, Sent
from bench.speed.report import where
from bench.speed.results import Where, keep
from bench.speed.servers import PRODUCT, environment

SECONDS = 4.0
"""Of CPU, for each request."""

CODE = {
    "/django/db/backends/": "Django's database layer",
    "/django/db/models/": "Django's ORM",
    "/django/db/": "Django's database layer",
    "/psycopg/": "psycopg",
    "/psycopg_binary/": "psycopg",
    "/django/template/": "templates",
    "/django/forms/": "forms",
    "/django/utils/translation/": "translation",
    "/django/": "Django: the rest",
    "/rest_framework/": "REST framework",
    "/knox/": "knox",
    "/msgspec/": "msgspec",
    "/site-packages/": "other packages",
    "/library_site/": "library_site",
    "/catalog/": "catalog, circulation",
    "/circulation/": "catalog, circulation",
}
"""Whose code it is, by the first of these that is in its path."""

PURPOSES = {
    ("rest_framework/views.py", "perform_authentication"): "token",
    ("contrib/auth/middleware.py", "get_user"): "session",
    ("cqrs/dispatcher.py", "authorise"): "permission",
    ("contrib/auth/models.py", "has_perm"): "permission",
    ("cqrs/keys.py", "replay"): "idempotency key",
    ("cqrs/keys.py", "remember"): "idempotency key",
    ("cqrs/journal.py", "record_effect"): "journal",
    ("cqrs/dispatcher.py", "dispatch"): "handler, transaction",
    ("template/loader.py", "render_to_string"): "pages",
    ("template/response.py", "rendered_content"): "answer",
    ("rest_framework/response.py", "rendered_content"): "answer",
    ("rest_framework/views.py", "dispatch"): "REST framework's view",
    ("views/generic/base.py", "dispatch"): "the desk's view",
    ("django/db/__init__.py", "close_old_connections"): "connection",
}
"""What it is done for: the first of these, in their order, that is somewhere on the stack."""

REST = "middleware, routing, WSGI"


class Watch:
    """How often which code was met, and for what."""

    def __init__(self) -> None:
        self.code: Counter[str] = Counter()
        self.purposes: Counter[str] = Counter()

    def look(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signal."""
        stack = [*_outwards(frame)]
        self.code[next((kind for path, _ in stack if (kind := _code(path))), "Python")] += 1
        met = {purpose for place in stack if (purpose := _purpose(*place))}
        self.purposes[next((purpose for purpose in PURPOSES.values() if purpose in met), REST)] += 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        previous = signal.signal(signal.SIGPROF, self.look)
        signal.setitimer(signal.ITIMER_PROF, 0.002, 0.002)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, previous)


def _outwards(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    while frame:
        yield frame.f_code.co_filename, frame.f_code.co_name
        frame = frame.f_back


@cache
def _code(path: str) -> str:
    return next((kind for part, kind in CODE.items() if part in path), "")


@cache
def _purpose(path: str, name: str) -> str:
    return next((purpose for (end, called), purpose in PURPOSES.items() if path.endswith(end) and name == called), "")


def measured(case: str, load: Load) -> Where:
    """Some requests unwatched, which says what one takes; then as many watched."""
    asked = iter(load.sent if load.once else cycle(load.sent))
    for each in islice(asked, 20):
        ask(each, load)
    began, count = process_time(), 0
    while process_time() - began < SECONDS:
        ask(next(asked), load)
        count += 1
    cpu = (process_time() - began) * 1000 / count
    watch = Watch()
    with watch.at_work():
        for each in islice(asked, count):
            ask(each, load)
    return Where(case, cpu, _parts(watch.code), _parts(watch.purposes))


def _parts(met: Counter[str]) -> dict[str, float]:
    return {name: count / met.total() for name, count in met.most_common()}


def ask(sent: Sent, load: Load) -> None:
    """As gunicorn would call the application. Exits unless it answers 200."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in load.headers.items()}
    said: list[str] = []
    environ = headers | {
        "REQUEST_METHOD": sent.method,
        "PATH_INFO": sent.path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": load.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(sent.body)),
        "wsgi.input": BytesIO(sent.body.encode()),
        "wsgi.url_scheme": "http",
    }
    answer = import_module("library_site.wsgi").application(environ, lambda status, headers: said.append(status))
    body = b"".join(answer)
    answer.close()
    if not said[0].startswith("200"):
        sys.exit(f"{sent.method} {sent.path} was answered {said[0]}: {body[:500]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.where", description=__doc__)
    parser.add_argument("--books", type=int, default=100_000, help="in the library (%(default)s)")
    options = parser.parse_args()
    with database() as url:
        os.environ.update(environment(url), DJANGO_SETTINGS_MODULE="library_site.settings")
        django.setup()
        run, cases = import_module("bench.speed.run"), import_module("bench.speed.cases")
        run.prepare(options.books)
        asked = cases.of_this_library(run.MOST_LENT)
        found = [measured(name, asked.fresh(name, PRODUCT)) for name in asked.peers | asked.own]
        keep("where", found)
    for line in where(found):
        print(line)


if __name__ == "__main__":
    main()
