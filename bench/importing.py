"""Rows a second of import_books beside a bulk loop, in turn, and its memory: `make bench-import`; ARGS="--rows 1000".

The loop is what anybody would write who needs no journal, nor anything else that the library promises: the same rows,
looked up, made and written by batches of the same size.
"""

import argparse
import csv
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from io import StringIO
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

from bench.speed.__main__ import database
from bench.speed.servers import ROOT, environment

ROUNDS, FEW, MANY = 5, 10_000, 100_000


def spreadsheet(path: Path, numbers: range) -> Path:
    """A title for each number, three of an author, with their ISBNs."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "authors", "isbn13"])
        for number in numbers:
            digits = f"978{number:09}"
            check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
            writer.writerow([f"The {number}th book of everything", f"Author {number // 3}", f"{digits}{check}"])
    return path


def by_import(path: Path) -> None:
    call_command("import_books", path, stdout=StringIO())


def by_loop(path: Path) -> None:
    size = import_module("catalog.importing.imports").BookImport.batch
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        while some := list(islice(rows, size)):
            with transaction.atomic():
                add(some)


def add(rows: list[dict[str, Any]]) -> None:
    """The books of these rows that are not there yet."""
    models, policies, text = map(import_module, ("catalog.models", "catalog.policies", "catalog.text"))
    isbns = [policies.canonical_isbn(row["isbn13"]) for row in rows]
    there = set(models.Book.objects.filter(isbn__in=isbns).values_list("isbn", flat=True))
    new = [(isbn, row) for isbn, row in zip(isbns, rows, strict=True) if isbn not in there]
    names = {text.name_key(row["authors"]): row["authors"] for _, row in new}
    authors = {author.name_key: author for author in models.Author.objects.filter(name_key__in=names)}
    for key, name in names.items():
        if key not in authors:
            authors[key] = models.Author(name=name)
            authors[key].derive()
    models.Author.objects.bulk_create([author for author in authors.values() if author._state.adding])
    series, _ = models.BarcodeSeries.objects.select_for_update().get_or_create(kind=policies.BarcodeKind.BOOK)
    books = []
    for isbn, row in new:
        barcode = policies.barcode(policies.BarcodeKind.BOOK, series.library, series.next_number)
        author = authors[text.name_key(row["authors"])]
        books.append(models.Book(title=row["title"], isbn=isbn, author=author, barcode=barcode))
        books[-1].derive()
        series.next_number += 1
    models.Book.objects.bulk_create(books)
    series.save()


def rates(rows: int, folder: Path) -> Iterator[tuple[float, float]]:
    """Rows a second of both, round after round, in a library that grows."""
    for start in range(rows, rows * (ROUNDS + 1), rows):
        ways: tuple[Callable[[Path], None], ...] = (by_import, by_loop)
        sheets = [
            spreadsheet(folder / f"{way.__name__}.csv", range(2 * start + place * rows, 2 * start + (place + 1) * rows))
            for place, way in enumerate(ways)
        ]
        took = []
        for way, sheet in zip(ways, sheets, strict=True):
            began = perf_counter()
            way(sheet)
            took.append(rows / (perf_counter() - began))
        yield took[0], took[1]


def of_one_database(rows: int, memory: bool) -> None:
    """In this process, whose peak is of nothing else."""
    django.setup()
    call_command("migrate", verbosity=0)
    with TemporaryDirectory() as name:
        if memory:
            by_import(spreadsheet(Path(name) / "books.csv", range(rows)))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{connection.vendor}: {peak} MiB at {rows} rows", flush=True)
            return
        imported, looped = zip(*rates(rows, Path(name)), strict=True)
    said = f"import {median(imported):.0f} rows/s, loop {median(looped):.0f} rows/s"
    ratio = median(one / other for one, other in zip(imported, looped, strict=True))
    print(f"{connection.vendor}: {said}, ratio {ratio:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    parser.add_argument("--rows", type=int, default=FEW, help="of a spreadsheet (%(default)s)")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        of_one_database(options.rows, options.memory)
        return
    for given in ([str(options.rows)], [str(options.rows), "--memory"], [str(options.rows * 10), "--memory"]):
        with database() as postgresql, TemporaryDirectory() as folder:
            for url in (postgresql, f"sqlite:///{folder}/library.sqlite3"):
                command = [sys.executable, "-m", "bench.importing", "--one", "--rows", *given]
                variables = environment(url) | {"DJANGO_SETTINGS_MODULE": "library_site.settings"}
                subprocess.run(command, cwd=ROOT, env=variables, check=True)


if __name__ == "__main__":
    main()
