"""What an import takes from a record: the library has changed what it says otherwise."""

from pymarc import Record

from catalog.importing.marc_reader import MarcReader, statement_of
from catalog.marc.descriptions import described


def said_of(record: Record) -> tuple[str, str, str, str]:
    """Title, author, statement of responsibility, ISBN."""
    said = described(record)
    statement, _ = statement_of(said.statement, said.author)
    return said.title, said.author, statement, MarcReader().isbn_of(said.isbns).number
