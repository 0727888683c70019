"""What a command says of the record that a book came with."""

import re
from base64 import b64decode
from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalog.models import Book, SourceRecord
from library_site.cqrs import InvalidInput

MOST_BYTES = 99_999
"""That a record can have, which says its length in five digits."""

MOST_CHARACTERS = -(-MOST_BYTES // 3) * 4
"""Of its base64."""

_LEADER, _ENTRY = 24, 12
_DIRECTORY = re.compile(rb"(?:[0-9A-Za-z]{3}[0-9]{9})*\x1e")


def source_record_of(text: str) -> SourceRecord | None:
    """Not kept yet; of nothing, none. Raises InvalidInput for what is not the base64 of one record in UTF-8."""
    if not text:
        return None
    try:
        marc = b64decode(text, validate=True)
        if not is_whole(marc):
            raise ValueError
    except ValueError as error:
        message = _("This is no MARC 21 record in UTF-8 (ISO 2709), as base64.")
        raise InvalidInput.of("source_record", message) from error
    return SourceRecord.of(marc)


def is_whole(marc: bytes) -> bool:
    """Whether these bytes are one record: as long as it says, in UTF-8, its fields where its directory has them.

    Raises UnicodeDecodeError.
    """
    if not (marc[:5] + marc[12:17]).isdigit():
        return False
    length, start = int(marc[:5]), int(marc[12:17])
    directory = marc[_LEADER:start]
    if length != len(marc) or marc[9:10] != b"a" or not _DIRECTORY.fullmatch(directory):
        return False
    marc.decode()
    entries = (directory[at : at + _ENTRY] for at in range(0, len(directory) - 1, _ENTRY))
    ends = (start + int(entry[7:]) + int(entry[3:7]) for entry in entries)
    return marc.find(b"\x1d") == length - 1 and all(marc[end - 1 : end] == b"\x1e" for end in ends)


def keep_source_records(books: Iterable[Book]) -> None:
    """In the order of their ids: others may keep the same ones at once."""
    found = {book.source_record.pk: book.source_record for book in books if book.source_record}
    if found:
        SourceRecord.objects.bulk_create([found[pk] for pk in sorted(found)], ignore_conflicts=True)
