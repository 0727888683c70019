"""An export of any number of books takes no more memory; on the whole way from the database."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymarc import Field, Indicators, Record, Subfield

from catalog.models import Author, Book, SourceRecord
from catalog.policies import BarcodeKind, barcode
from tests.process import database_url, python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

logger = logging.getLogger(__name__)

EXPORT = """
import json, sys, time
import django; django.setup()
from catalog.management.commands.export_books import Command
from tests.process import peak_mib

path, total, *formats = json.load(sys.stdin)
for name in formats:
    command, begun, early = Command(), time.monotonic(), 0
    with open(f"{path}.{name}", "wb") as file:
        for piece in command.pieces({"format": name, "withdrawn": False}):
            file.write(piece)
            if not early and command.written >= total // 3:
                early = peak_mib()
    print(json.dumps([name, command.written, early, peak_mib(), round(time.monotonic() - begun, 1)]))
"""


def _record(title: str) -> SourceRecord:
    said = Field("245", Indicators("0", "0"), [Subfield("a", title)])
    notes = [Field("500", Indicators(" ", " "), [Subfield("a", "x" * 200)])] * 4
    return SourceRecord.of(Record(fields=[said, *notes], leader="00000nam a2200000uu 4500").as_marc())


def _books(count: int) -> Iterator[Book]:
    """Two copies of each title; every second title came with a record."""
    author = Author.objects.create(name="Mira Holt")
    for number in range(count):
        book = Book(title=f"Book {number // 2} of the sea", author=author)
        book.barcode = barcode(BarcodeKind.BOOK, "0001", number + 1)
        if number // 2 % 2:
            book.source_record = _record(book.title)
        book.derive()
        yield book


@pytest.mark.parametrize(
    ("count", "formats"),
    [
        pytest.param(4_000, ["marc"], marks=pytest.mark.alike),
        pytest.param(100_000, ["csv", "marc", "marcxml"], marks=pytest.mark.soak),
    ],
)
def test_an_export_takes_no_more_memory_for_more_books(tmp_path: Path, count: int, formats: list[str]) -> None:
    """What it took of a third of them is what it takes of all."""
    books = [*_books(count)]
    records = {book.source_record.pk: book.source_record for book in books if book.source_record}
    SourceRecord.objects.bulk_create(records.values(), batch_size=2_000)
    Book.objects.bulk_create(books, batch_size=2_000)

    given = json.dumps([str(tmp_path / "books"), count, *formats])
    ended = python(EXPORT, given=given, DATABASE_URL=database_url(), DEBUG="True")

    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(name, written) for name, written, *_ in found] == [(name, count) for name in formats], ended.stderr
    for name, written, early, peak, seconds in found:
        logger.warning("%s: %s books in %s s; %s MiB of a third, %s of all", name, written, seconds, early, peak)
        assert peak <= early * 1.05
