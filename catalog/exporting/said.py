"""What an import takes from a record: the library has changed what it says otherwise."""

from pymarc import Record

from catalog.importing.isbns import IsbnColumns
from catalog.importing.people import is_same
from catalog.marc.descriptions import described


def said_of(record: Record) -> tuple[str, str, str, str]:
    """Title, author, statement of responsibility, ISBN."""
    said = described(record)
    statement = "" if is_same(said.statement, said.author) else said.statement
    isbns = {str(number): isbn for number, isbn in enumerate(said.isbns)}
    return said.title, said.author, statement, IsbnColumns(dict.fromkeys(isbns, True)).read(isbns).number
