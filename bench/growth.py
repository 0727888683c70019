"""How long everything takes in libraries of several sizes: `make bench-growth`; ARGS="--sizes 1000 10000" narrows it.

Every query and command through dispatch(), every page, every list of REST's CRUD and every view of the admin, in one
process for each size. What is asked of an operation its own test declares (tests/declared.py): of a query, what is
common in a large library and what is rare, of which the slowest counts; what a command needs is brought about first.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from statistics import median
from time import perf_counter

import django
import msgspec
from django.db import OperationalError, connection

from bench.speed.__main__ import database
from bench.speed.report import growth
from bench.speed.results import LONGEST, Growth, keep, machine, today
from bench.speed.servers import ROOT, environment

SIZES = (1_000, 100_000, 1_000_000)
REPEATS, PATIENCE = 7, 10.0
"""How often each is done, unless that takes more than so many seconds."""

Deed = Callable[[], Callable[[], object]]
"""Brings about what is needed, and returns what is to be timed."""


def milliseconds(deed: Deed) -> float:
    """The median, less the first time; LONGEST, of what is given up."""
    took: list[float] = []
    try:
        deed()()
        while len(took) < REPEATS and sum(took) < PATIENCE:
            timed = deed()
            began = perf_counter()
            timed()
            took.append(perf_counter() - began)
    except OperationalError:
        return LONGEST
    return median(took) * 1000


def limit_statements() -> None:
    """From now on, the database gives up a statement that takes too long."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE CURRENT_USER SET statement_timeout = {LONGEST:.0f}")
    connection.close()


def of_one_size(books: int) -> dict[str, float]:
    """All of it, in the library that is there."""
    found: dict[str, float] = {}
    for name, deeds in import_module("bench.deeds").every():
        found[name] = max(milliseconds(deed) for deed in deeds)
        print(f"{books}: {name}: {found[name]:.1f} ms", file=sys.stderr, flush=True)
    return found


def in_new_process(books: int) -> dict[str, float]:
    """The same, in a new library of this size."""
    with database() as url:
        command = [sys.executable, "-m", "bench.growth", "--one", str(books)]
        variables = environment(url) | {"DJANGO_SETTINGS_MODULE": "library_site.settings"}
        said = subprocess.run(command, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE).stdout
    return msgspec.json.decode(said, type=dict[str, float])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="in books (%(default)s)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--searches", type=int, metavar="N", help="N of each kind, in the library at DATABASE_URL")
    options = parser.parse_args()
    if options.searches:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library_site.settings")
        django.setup()
        import_module("bench.searches").main(options.searches)
        return
    if options.one:
        django.setup()
        import_module("bench.speed.run").prepare(options.one)
        limit_statements()
        sys.stdout.buffer.write(msgspec.json.encode(of_one_size(options.one)))
        return
    found = [in_new_process(books) for books in options.sizes]
    grown = Growth(today(), machine(), list(options.sizes), {name: [each[name] for each in found] for name in found[0]})
    keep("growth", grown)
    for line in growth(grown):
        print(line)


if __name__ == "__main__":
    main()
