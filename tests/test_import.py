"""An import that dies, or that is not the only one, and what it takes of memory; on the whole way to the database."""

import logging
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from bench.importing import by_loop, spreadsheet
from catalog.importing.imports import BookImport
from catalog.models import Author, Book
from library_site.cqrs.models import JournalEntry
from tests.killed import killed_at
from tests.process import database_url, python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("import"), pytest.mark.long]

logger = logging.getLogger(__name__)

IMPORT = """
import sys
import django; django.setup()
from django.core.management import call_command
from tests.process import peak_mib
call_command("import_books", sys.stdin.read())
print("MiB", peak_mib())
"""


def figures(report: str) -> tuple[int, ...]:
    """Rows that were added, were there already, were rejected."""
    return tuple(
        int(re.findall(rf"^  {name} +(\d+)$", report, re.MULTILINE)[0])
        for name in ("added", "already there", "rejected")
    )


def imported(path: Path, batch: int = 4) -> str:
    """The report; of an import with small batches."""
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BookImport, "batch", batch)
        call_command("import_books", path, stdout=out)
    return out.getvalue()


def agree(rows: int) -> None:
    """Nothing is lost, and nothing twice, and the journal says so."""
    assert Book.objects.count() == Book.objects.values("isbn").distinct().count() == rows
    carried_out = JournalEntry.objects.filter(operation="AddNewBook", outcome="CARRIED_OUT")
    assert Counter(carried_out.values_list("result__book_id", flat=True)) == Counter(
        map(str, Book.objects.values_list("pk", flat=True))
    )
    assert not Author.objects.filter(book=None).exists()
    call_command("check_journal", stdout=StringIO())


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_an_import_that_is_killed_and_run_again_adds_each_book_once(tmp_path: Path, every: int) -> None:
    found, report = Counter[int](), None
    while report is None:  # it was killed
        before, first = Book.objects.count(), 10 * found.total()
        path = spreadsheet(tmp_path / "books.csv", range(first, first + 10))
        report = killed_at(every * found.total(), partial(imported, path))
        done = Book.objects.count() - before
        assert figures(imported(path)) == (10 - done, done, 0)
        found[done] += 1
    assert found.keys() == {0, 4, 8, 10}, "a batch is there or not"
    agree(10 * found.total())
    logger.warning("killed %s times, when so many of ten rows were there: %s", found.total(), dict(found))


@pytest.mark.soak
def test_several_imports_at_once_add_each_book_once_and_none_fails(tmp_path: Path) -> None:
    """Of the same rows in several orders; in the last, the authors are in capitals."""
    path = spreadsheet(tmp_path / "books.csv", range(1200))
    header, *rows = path.read_text().splitlines(keepends=True)
    for number in range(3):
        said = "".join(rows).replace("Author", "AUTHOR" if number == 2 else "Author")
        (tmp_path / f"{number}.csv").write_text(header + said)
        Random(number).shuffle(rows)

    with ThreadPoolExecutor(3) as pool:
        run = partial(python, IMPORT, DATABASE_URL=database_url())
        ended = [*pool.map(lambda number: run(given=str(tmp_path / f"{number}.csv")), range(3))]

    assert [each.returncode for each in ended] == [0] * 3, [each.stderr for each in ended]
    added, there, rejected = (sum(each) for each in zip(*(figures(each.stdout) for each in ended), strict=True))
    assert (added, there, rejected) == (1200, 2400, 0)
    agree(1200)


@pytest.mark.alike
def test_the_loop_beside_which_it_is_measured_adds_the_same(tmp_path: Path) -> None:
    path = spreadsheet(tmp_path / "books.csv", range(10))
    by_loop(path)
    by_loop(path)

    assert figures(imported(path)) == (0, 10, 0)
    rows: list[Any] = [*Book.objects.all(), *Author.objects.all()]
    for row in rows:
        stored = row.search_key
        row.save()
        assert row.search_key == stored


@pytest.mark.parametrize(
    ("few", "many"),
    [pytest.param(1_000, 5_000, marks=pytest.mark.soak), pytest.param(10_000, 100_000, marks=pytest.mark.soak)],
)
def test_an_import_takes_no_more_memory_for_more_rows(tmp_path: Path, few: int, many: int) -> None:
    """Where DEBUG is set, too."""
    peaks = []
    for start, rows in ((0, few), (few, many)):
        path = spreadsheet(tmp_path / "books.csv", range(start, start + rows))
        ended = python(IMPORT, given=str(path), DATABASE_URL=database_url(), DEBUG="True")
        assert figures(ended.stdout) == (rows, 0, 0), ended.stderr
        peaks.append(int(ended.stdout.split()[-1]))
    logger.warning("%s MiB for %s rows, %s MiB for %s", peaks[0], few, peaks[1], many)
    assert peaks[1] < peaks[0] * 1.1
    agree(few + many)
