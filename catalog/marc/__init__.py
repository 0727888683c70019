"""Files of MARC records, as catalogues exchange them: MARC 21 and UNIMARC, in ISO 2709 or MARCXML.

    with path.open("rb") as file:
        marc = open_marc(file)
        print(marc.form, *marc.remarks)
        for copy in marc:
            copy.problem or copy.says.title, copy.item.barcode

- A file is cut into records before any is parsed (`pieces`, `xml_pieces`), so that a bad one costs itself alone.
- Each is mended where it can be: its directory (`iso2709`), its letters (`letters`, `old_encodings`), a bare `&`.
- `descriptions` tell what a record says of a book; a `MarcFile` gives a `Copy` for each of its items.
- pymarc takes its time to be imported: only who has such a file, by `form.form_of`, imports `file`.
"""
