"""AddNewBook with the record that a book came with: kept once, as it came, and nowhere else."""

from base64 import b64encode
from typing import Any

import pytest

from catalog.commands import AddCopies, AddNewBook
from catalog.models import Book, SourceRecord
from library_site.cqrs import InvalidInput, dispatch, dispatch_all
from library_site.cqrs.models import JournalEntry
from tests.library import context

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

FIELDS = (("001", "m-1"), ("245", "10\x1faTidewater :\x1fbpoème /\x1fcMoll."))


def marc(*fields: tuple[str, str], leader: str = "nam a22") -> bytes:
    """One record (ISO 2709) in UTF-8."""
    data = [f"{text}\x1e".encode() for _, text in fields]
    entries = ""
    for place, (tag, _) in enumerate(fields):
        entries += f"{tag}{len(data[place]):04}{sum(map(len, data[:place])):05}"
    start = 24 + len(entries) + 1
    body = entries.encode() + b"\x1e" + b"".join(data) + b"\x1d"
    return f"{24 + len(body):05}{leader}{start:05}   4500".encode() + body


RECORD = marc(*FIELDS)


def add(record: bytes = RECORD, **values: Any) -> Any:
    return AddNewBook(**{"title": "Tidewater", "source_record": b64encode(record).decode()} | values)


def test_all_copies_share_one_record_which_is_kept_as_it_came_and_not_in_the_journal() -> None:
    first = dispatch(add(), context()).book_id
    dispatch(AddCopies(book_id=first, copies=2), context())
    dispatch_all([add(), add(isbn="9780306406157"), add(title="Ebb", source_record="")], context())

    kept = SourceRecord.objects.get()
    assert kept.marc == RECORD
    assert Book.objects.filter(source_record=kept).count() == 5
    assert not any("source_record" in entry.arguments for entry in JournalEntry.objects.all())


def test_of_books_that_are_refused_no_record_stays() -> None:
    dispatch(add(source_record="", title="Ebb"), context())
    known = add(title="Ebb", only_if_new=True)
    assert [type(answer).__name__ for answer in dispatch_all([known, add(title="")], context())] == [
        "BookAlreadyInCatalogue",
        "InvalidInput",
    ]
    assert not SourceRecord.objects.exists()


BAD = (
    *(RECORD[:-1], RECORD + RECORD, RECORD.replace(b"Moll", b"Mo\xffl"), RECORD.replace(b" a22", b"  22")),
    *(RECORD.replace(b"245", b"2\x1e5"), RECORD.replace(b"000400000", b"000300000"), b"\0\0\0"),
)


@pytest.mark.parametrize("text", ["é", "AAA", *(b64encode(bad).decode() for bad in BAD)])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        dispatch(add(source_record=text), context())
    assert [error.field for error in refused.value.errors] == ["source_record"]
