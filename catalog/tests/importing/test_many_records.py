"""Files of many records, some of them broken: each is accounted for, and memory stays what it is for a few."""

import tracemalloc
from random import Random

import pytest

from catalog.importing.files import open_books
from catalog.marc.tests.made import collection, made, marc, xml
from catalog.models import Book, SourceRecord

from .test_files import Run

pytestmark = pytest.mark.django_db

FEW, MANY = 60, 10_000
BROKEN = 50
"""One record in so many cannot be read."""


def written(path, count):
    """The numbers of those that cannot be read."""
    fields = {number: made(number) for number in range(1, count + 1)}
    broken = [*range(BROKEN, count + 1, BROKEN)]
    if path.suffix == ".xml":
        texts = {number: xml(each) for number, each in fields.items()}
        texts |= {number: texts[number].replace("</leader>", "", 1) for number in broken}
        path.write_text(collection([*texts.values()]))
    else:
        records = {number: marc(each) for number, each in fields.items()}
        records |= {number: records[number].replace(b"245", b"24", 1) for number in broken}
        path.write_bytes(b"\r\n".join(records.values()))
    return broken


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", ["books.mrc", "books.xml"])
def test_every_record_is_accounted_for(tmp_path, name, count):
    path = tmp_path / name
    broken = written(path, count)
    run = Run(path)
    copies = sum(2 if number % 3 == 0 else 1 for number in range(1, count + 1) if number % BROKEN)
    assert (run.lines("rejected"), sorted(run.fates)) == (broken, [*range(1, count + 1)])
    assert run.figures["added"] == Book.objects.count() == copies
    assert SourceRecord.objects.count() == count - len(broken)
    again = Run(path)
    assert (again.figures["added"], again.figures["already there"]) == (0, copies)


@pytest.mark.parametrize("name", ["books.mrc", "books.xml"])
def test_a_file_is_read_as_far_as_its_records_are_asked_for(tmp_path, name):
    written(tmp_path / name, 400)
    with (tmp_path / name).open("rb") as file:
        source, _ = open_books(file)
        assert next(iter(source)).line == 1
        assert source.position <= 1 << 17 < source.size


@pytest.mark.soak
@pytest.mark.parametrize("name", ["books.mrc", "books.xml"])
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    written(tmp_path / name, 3000)
    with (tmp_path / name).open("rb") as file:
        source, _ = open_books(file)
        next(iter(source))
        tracemalloc.start()
        assert sum(1 for _ in source) == 3980
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2 << 20 < source.size


@pytest.mark.parametrize("times", [30, pytest.param(2_000, marks=pytest.mark.soak)])
def test_whatever_bytes_are_damaged_nothing_else_happens_but_that_records_are_bad(tmp_path, times):
    chance = Random(times)
    path = tmp_path / "books"
    for _ in range(times):
        name = chance.choice(["books.mrc", "books.xml"])
        written(tmp_path / name, 5)
        content = bytearray((tmp_path / name).read_bytes())
        for _ in range(chance.randint(1, 9)):
            at = chance.randrange(100, len(content))
            content[at : at + chance.choice((0, 1, 9))] = chance.choice(
                (b"", b"\x1d", b"\x1e", b"\x1f", b"<", b"&", b"<record>", b"\xff", b"\x1b$1", chance.randbytes(3))
            )
        path.write_bytes(content)
        with path.open("rb") as file:
            lines = {copy.line for copy in open_books(file)[0]}
        assert lines == {*range(1, len(lines) + 1)}
