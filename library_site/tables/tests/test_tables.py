import csv
import gzip
import io
import json
import os
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library_site.tables import Export, NotATable, Options, Table, Vocabulary, open_table

VOCABULARY = Vocabulary(
    words={
        "title": ["title", "Titel", "titre", "título"],
        "author": ["author", "Verfasser", "Author (sorted)"],
        "number": ["ISBN", "ISBN 13"],
    },
    header=[["title"], ["author", "number"]],
    exports=[
        Export(name="Shelfmate", signature=["Key", "Author (sorted)"], columns={"Author": "", "Wie oft": "times"})
    ],
)


def table_of(content: bytes | str, **options) -> Table:
    data = content.encode() if isinstance(content, str) else content
    return open_table(io.BytesIO(data), VOCABULARY, Options(**options))


def read(content: bytes | str, **options) -> list[tuple[int, str]]:
    """The line of each row, with its titles and authors; "!" stands before what is wrong."""
    return [
        (row.line, f"!{row.problem}" if row.problem else f"{row.one('title')}|{row.one('author')}".strip("|"))
        for row in table_of(content, **options)
    ]


QUOTES = "!A quotation mark in it stands where none may, or is not closed."
BYTES = "!It has bytes that are no text in the file's encoding."
LONG = "!It has a cell of more than 10,000 characters."
REST = "!It seems to be the rest of the bad row above."


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("title,author\nDünen,Ada Moor\n", "utf-8", ","),
        ('\ufeff"Title";"Author"\nDünen;Ada Moor\n', "utf-8", ";"),
        ("sep=|\ntitle|author\nDünen|Ada Moor\n", "utf-8", "|"),
        ("Titel;Verfasser\r\nDünen;Ada Moor\r\n".encode("cp1252"), "cp1252", ";"),
        ("TITLE:\tAuthor\rDünen\tAda Moor\r".encode("utf-16"), "utf-16", "\t"),
        ("title\tauthor\nDünen\tAda Moor\n".encode("utf-16-be"), "utf-16-be", "\t"),
        ('Parish list\n"1 May, 10:00"\n\nNo.,Título,Author\n,Dünen,Ada Moor\n', "utf-8", ","),
        ('Ti\u0301tulo, author \nDu\u0308nen, "Ada Moor"\n,\n \n\x1a', "utf-8", ","),
        ("title,author\nD&uuml;nen,Ada\u200b Moor\ufeff\n", "utf-8", ","),
        ('title,author\n"=""Dünen""",Ada Moor,,,\n', "utf-8", ","),
    ],
)
def test_a_file_is_read_as_what_it_is(content, encoding, delimiter):
    table = table_of(content)
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    assert [(row.one("title"), row.one("author")) for row in table] == [("Dünen", "Ada Moor")]


def test_what_was_taken_for_what_is_said():
    table = table_of("List of May\nTitel;Verfasser;Preis\nDünen;Moor\n".encode("cp1252"))
    assert [str(column) for column in table.ignored] == ["“Preis”"]
    assert "cp1252" in table.remarks[0]
    assert table.remarks[1] == "Line 2 names the columns. What is above it was skipped: line 1: List of May."
    assert table_of("title,author\n").remarks == ()


def test_a_known_export_says_what_its_columns_mean():
    table = table_of(
        'Key,Title,Author,Author (sorted),Wie oft,ISBN,ISBN-13\n1,Dunes,Ada Moor,"Moor, Ada",3,\'978-0,7\n'
    )
    (row,) = table
    assert table.export is VOCABULARY.exports[0]
    assert row.cells == {"title": ["Dunes"], "author": ["Moor, Ada"], "times": ["3"], "number": ["978-0", "7"]}
    assert (row.all("number"), row.one("nothing"), row.given[0]) == (["978-0", "7"], "", "1")


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ('"The "Big" Two",B\nC,D', [(2, 'The "Big" Two|B'), (3, "C|D")]),
        (r'"The \"Big\" Two",B', [(2, 'The "Big" Two|B')]),
        ('"So" she said,B', [(2, '"So" she said|B')]),
        ('"One\n\ntwo",B\nC,D', [(2, "One\n\ntwo|B"), (5, "C|D")]),
        ('"Open,B\nC,D\n"E, F",G', [(2, QUOTES), (3, "C|D"), (4, "E, F|G")]),
        ('A,"open\n' + "C,D\n" * 600, [(2, QUOTES)] + [(line, "C|D") for line in range(3, 603)]),
        ('"Open,B\nC,D\nE,6"\nG', [(2, QUOTES), (3, "C|D"), (4, 'E|6"'), (5, "G")]),
        ('A,"open\nC,D\nE,""\nF', [(2, QUOTES), (3, "C|D"), (4, "E"), (5, "F")]),
        ('A,"one "two" three\nmiddle\nend"\nC,D\nE', [(2, QUOTES), (3, REST), (4, REST), (5, "C|D"), (6, "E")]),
        ("A,B,C\nD,E,,\nF", [(2, "!It has 3 cells, for 2 columns."), (3, "D|E"), (4, "F")]),
        ("A\0,B\nC,D", [(2, BYTES), (3, "C|D")]),
        (
            f"A,{'x' * 10_001}\nB,{'x' * 200_000}\nC,{'x' * 1_500_000}\nD,E",
            [(2, LONG), (3, LONG), (4, LONG), (5, "D|E")],
        ),
        ("A,B\nTitle,Author\nC,D", [(2, "A|B"), (3, "!It is the header once more."), (4, "C|D")]),
        ('"a,' * 5000 + "\nC,D", [(2, LONG), (3, "C|D")]),
    ],
)
def test_a_bad_row_costs_itself_alone(body, rows):
    assert read(f"Title,Author\n{body}\n") == rows


def test_a_line_that_is_no_utf_8_is_bad_when_another_is():
    assert read(b"title,author\n\xc3\xa9,A\n\xe9,B\nC,D\n") == [(2, "é|A"), (3, BYTES), (4, "C|D")]
    assert read("title\tauthor\nA\tB\n".encode("utf-16")[:-1]) == [(2, BYTES)]


def test_a_file_that_was_cut_off_says_so():
    whole = "title,author,key\n" + "A,B,C\n" * 5
    assert read(f"{whole}D,E")[5:] == [(7, "!The file ends in the middle of it.")]
    assert read(f"{whole}D,E\n")[5:] == read(f"{whole}D,E,")[5:] == [(7, "D|E")]
    assert read(f"{whole}D,\n{whole}E,F")[-1] == (14, "E|F")


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ('"So," she said\tB\n"Hm"\tC\n', ['"So," she said', '"Hm"']),
        ('"So, she said\tB\nC\tD\n', ['"So, she said', "C"]),
        ('"""So,"" she said"\tB\n"Two\nlines"\tC\n', ['"So," she said', "Two\nlines"]),
        ('"Two\nlines"\tC\n', ["Two\nlines"]),
    ],
)
def test_quotes_between_tabs_are_text_where_they_do_not_stand_around_cells(body, titles):
    table = table_of(f"Title\tAuthor\n{body}")
    assert [row.one("title") for row in table] == titles
    assert table.quoted == (not table.remarks)


@pytest.mark.parametrize(
    ("content", "options", "rows"),
    [
        ("Werk;Wer\nA;B\n", {"columns": {"title": "WERK", "author": "2"}}, [(2, "A|B")]),
        ("A;B, C\nD;E\n", {"header": 0, "columns": {"author": "1", "title": ["2"]}}, [(1, "B, C|A"), (2, "E|D")]),
        ("title,author\nx,y\nA,B\n", {"header": 2, "columns": {"title": "1"}}, [(3, "A")]),
        ("title,title,author\nA,B,C\n", {"columns": {"title": "2", "author": ""}}, [(2, "B")]),
        ("title,author\nA,B\n", {"columns": {"title": "author"}}, [(2, "B")]),
        ("title:author\nA:B\n", {"delimiter": ":"}, [(2, "A|B")]),
        ("title\nA\n", {"delimiter": ","}, [(2, "A")]),
        ("title,author\n\x8e,B\n".encode("latin-1"), {"encoding": "mac_roman"}, [(2, "é|B")]),
    ],
)
def test_what_somebody_says_goes_before_what_is_recognised(content, options, rows):
    assert read(content, **options) == rows


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "title,author")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"", {}, "The file is empty"),
        (b"\xef\xbb\xbf\r\n", {}, "The file is empty"),
        (",,,\n,,,\n", {}, "one column only"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), {}, "Excel workbook.*Save as, “CSV UTF-8”"),
        (archive("[Content_Types].xml", "word/document.xml"), {}, "Word document"),
        (archive("Index/Document.iwa"), {}, "Numbers.*Export to, “CSV”"),
        (archive("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), {}, "LibreOffice"),
        (archive("books.csv"), {}, "ZIP archive. Unpack"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), {}, "old Excel"),
        (gzip.compress(b"title,author\n", mtime=0), {}, "compressed. Unpack"),
        (b"%PDF-1.7\n", {}, "PDF.*Export CSV"),
        ("\ufeff<!DOCTYPE html><table><tr><td>title", {}, "page of HTML"),
        ("<?xml version='1.0'?><books/>", {}, "XML"),
        ("<x:collection><x:record><x:datafield tag='245'>", {}, "MARC"),
        (
            b"\xef\xbb\xbf00079nam a2200049 a 4500245000600000\x1e10\x1faTitle\x1e\x1d",
            {},
            "It is a MARC file, which has books only",
        ),
        (json.dumps([{"title": "A", "author": "B"}]), {}, "JSON"),
        ("title,author\nA,B\n".encode("utf-32"), {}, "UTF-32"),
        (bytes(range(256)) * 4, {}, "no text"),
        (bytes(1000), {}, "no text"),
        ("title\nA\n", {}, "one column only.*--delimiter"),
        (
            "Werk;Wer\nA;B\n",
            {},
            r"“Werk”, “Wer”.*--title-column NAME, or --author-column NAME and --number-column.*--header 0",
        ),
        ("Werk;Wer\nA;B\n", {"columns": {"title": "Opus"}}, "No line names the columns"),
        ("title;Wer\nA;B\n", {"columns": {"author": "Opus"}}, "no column “Opus”.*“title”, “Wer”"),
        ("A;B;C\n", {"header": 0}, "3 columns is which.* --title-column NUMBER"),
        ("A;B\n", {"header": 1}, "“A”, “B”.*--title-column NAME"),
        ("A;B\n", {"header": 7}, "line 7"),
        ("title,isbn,ISBN\nA,B,C\n", {}, "columns 2 and 3 are all called “isbn”.*--number-column NUMBER"),
        ("title,x,x\nA,B,C\n", {"columns": {"author": "x"}}, "columns 2 and 3"),
        ("title,author\n", {"encoding": "klingon"}, "not an encoding"),
        ("title,author\n", {"delimiter": "--"}, "not one character"),
        ("title,author\n", {"encoding": "utf-16"}, "--encoding"),
        (",".join(["title"] * 1001), {}, "more than 1,000 columns"),
    ],
)
def test_what_is_no_table_is_told_what_to_do(content, options, words):
    with pytest.raises(NotATable, match=words):
        table_of(content, **options)


cells = st.text(alphabet='aé,;"\t \r\n', max_size=8).map(str.strip)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6), st.sampled_from(",;"))
@settings(max_examples=50)
def test_what_a_spreadsheet_wrote_is_read_as_it_was(rows, delimiter):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["Key", "title", "author"], *rows])
    table = table_of(file.getvalue())
    assert [[cell.strip() for cell in row.given] for row in table] == [row for row in rows if any(row)]


@given(
    st.lists(
        st.sampled_from([b'"', b",", b"\n", b"\r", b"\t", b"\0", b"\xe9", b"\xc3\xa9", b"title,author\n", b"x" * 9999])
    )
)
@settings(max_examples=50)
def test_junk_is_no_table_or_rows_with_problems(pieces):
    for start in (b"", b"title,author\n", b"title\tauthor\n"):
        with suppress(NotATable):
            assert all(row.problem or any(row.given) for row in table_of(start + b"".join(pieces)))


def test_a_pipe_is_read_too_and_a_table_more_than_once():
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(b"title,author\nA,B\nC,D,E\nF,G\n")
    with os.fdopen(reading, "rb") as pipe:
        table = open_table(pipe, VOCABULARY)
    assert [row.one("title") for row in table.sample(2)] == ["A", "F"]
    assert (len([*table]), table.position, table.size) == (3, 27, 27)


def test_a_word_has_one_meaning():
    clash = Vocabulary(words={"title": ["Name"], "author": ["name"]}, header=[["title"]])
    with pytest.raises(ValueError, match=r"two meanings: \['Name'\]"):
        clash.meanings(["x"])
