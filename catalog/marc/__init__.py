"""Files of MARC records, as catalogues exchange them: MARC 21 and UNIMARC, in ISO 2709 or MARCXML.

    with path.open("rb") as file:
        marc = open_marc(file)
        print(marc.form, *marc.remarks)
        for copy in marc:
            copy.problem or copy.says.title, copy.item.barcode

- A file is cut into records before any is parsed (`pieces`, `xml_pieces`), so that a bad one costs itself alone.
- Each is mended where it can be: its lengths and directory (`iso2709`), letters (`letters`, `marc8`), a bare `&`.
- `descriptions` tell what a record says of a book; a `MarcFile` gives a `Copy` for each of its items.
- Nothing here is imported before somebody has such a file.
"""

from .copies import Copy
from .file import MarcFile, form_of, open_marc

__all__ = ["Copy", "MarcFile", "form_of", "open_marc"]
