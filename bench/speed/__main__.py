"""Requests a second of the library and its peers, in turn: `make bench`; ARGS="--books 1000 --rounds 1" narrows it."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import django

from bench.speed.load import need_wrk
from bench.speed.report import PAGE, page
from bench.speed.servers import environment
from tests.postgres import chosen, throwaway_server


@contextmanager
def database() -> Iterator[str]:
    """A PostgreSQL of its own, which ends with this process, by whatever signal."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throwaway_server(chosen()) as server:
        yield server.url


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--books", type=int, default=100_000, help="in the library (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of all servers (%(default)s)")
    parser.add_argument(
        "--seconds", type=int, default=5, help="of each request to each server in a round (%(default)s)"
    )
    parser.add_argument("--write", action="store_true", help="measure nothing: write docs/performance.md")
    options = parser.parse_args()
    if options.write:
        PAGE.write_text(page())
        return
    need_wrk()
    with database() as url:
        os.environ.update(environment(url), DJANGO_SETTINGS_MODULE="library_site.settings")
        django.setup()
        import_module("bench.speed.run").main(url, options.books, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
