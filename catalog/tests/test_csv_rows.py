import csv
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.management.csv_rows import Malformed, rows

cells = st.text(alphabet='aé,;" \r\n', max_size=8)


def read(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    return list(rows(StringIO(text, newline=""), delimiter=delimiter))


def decoded(content: bytes, encoding: str = "utf-8-sig") -> TextIOWrapper:
    return TextIOWrapper(BytesIO(content), encoding=encoding, errors="surrogateescape", newline="")


def test_a_row_is_on_the_line_where_it_starts():
    assert read('a,b\r\n"two\nlines",1\r\n\r\nc,2') == [(1, ["a", "b"]), (2, ["two\nlines", "1"]), (5, ["c", "2"])]


@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=6))
def test_what_a_spreadsheet_wrote_is_read_as_it_was(written):
    file = StringIO(newline="")
    starts = []
    for row in written:
        starts.append(1 + len(StringIO(file.getvalue(), newline="").readlines()))
        csv.writer(file).writerow(row)
    assert read(file.getvalue()) == list(zip(starts, written, strict=True))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a\n"b" c\n', 2),  # after a closing quote only a delimiter may come
        ('a\nb\n"never\nclosed\n', 3),
        (f"a\n{'b' * 200_000}\n", 2),  # longer than any cell
        ("a\nb\nc\0\n", 3),
        ("a\0", 1),
    ],
)
def test_what_is_not_csv_is_malformed_from_its_line_on(text, line):
    with pytest.raises(Malformed, match=f"^Line {line}: ") as caught:
        read(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("content", "encoding", "line"),
    [
        ("title\nÉmile\n".encode("latin-1"), "utf-8-sig", 2),
        ("title\nÉmile\n".encode(), "ascii", 2),
        ("title\nb\n".encode("utf-16"), "utf-8-sig", 1),
        ("title\nb\n".encode("utf-16-le")[:-1], "utf-16-le", 2),
    ],
)
def test_bytes_of_another_encoding_are_malformed_from_their_line_on(content, encoding, line):
    with pytest.raises(Malformed, match=f"^Line {line}: .*--encoding"):
        list(rows(decoded(content, encoding), delimiter=","))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(encoding):
    reads_as = "utf-8-sig" if encoding == "utf-8" else encoding
    assert list(rows(decoded("title;é\n".encode(encoding), reads_as), delimiter=";")) == [(1, ["title", "é"])]
