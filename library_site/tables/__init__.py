"""What a file of rows is: its encoding, delimiter, header, columns and rows. It knows nothing of books or people.

    with path.open("rb") as file:
        table = open_table(file, VOCABULARY, Options(columns={"isbn": "Nummer"}))
        print(table.encoding, table.delimiter, table.columns, table.ignored, *table.remarks)
        for row in table:
            row.problem or row.one("title"), row.all("isbn")

- `open_table(file, vocabulary, options)` raises `NotATable`, whose sentence says what to do. The file may be a pipe.
- `Vocabulary`: the meanings that an app looks for, with the words that a header has for each, and the exports it knows.
- `Options`: what somebody says of the file; what is None is recognised.
- A `Table` may be gone through again and again, but by one at a time. `Row.cells` has for each meaning that the file
  has a list with a cell for each of its `Table.columns`; `row.one(meaning)` is the first that is not empty, or "".
  A row with a `problem` has no cells.
- `names`: whole names of persons, as they are spoken.
"""

from .not_tables import NotATable
from .table import Options, Row, Table, open_table
from .vocabulary import Column, Export, Vocabulary

__all__ = ["Column", "Export", "NotATable", "Options", "Row", "Table", "Vocabulary", "open_table"]
