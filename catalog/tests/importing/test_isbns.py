"""What is read of the cells that may hold an ISBN; the numbers are made up, their check digits right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.isbn import to_isbn10, to_isbn13

from catalog.importing.isbn_cells import padded
from catalog.importing.isbns import IsbnColumns
from catalog.policies import canonical_isbn

A, A_10 = "9780306406157", "0306406152"
B = "9780441013593"

nines = st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda nine: len(set(nine)) > 1 and nine != "123456789")


def isbn_13(nine: str) -> str:
    body = f"978{nine}"
    return body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)


def isbn_10(number: int) -> str:
    """Of an ISBN that has these nine digits; below 100 million it begins with a zero."""
    return str(to_isbn10(isbn_13(f"{number:09}")))


def read(isbn: str, isbn13: str = "", says_isbn: bool = True):
    return IsbnColumns({"isbn": says_isbn, "isbn13": True}).read({"isbn": isbn, "isbn13": isbn13})


@pytest.mark.parametrize(
    "cell",
    [
        A,
        A_10,
        "0-306-40615-2",
        "978 0 306 40615 7",
        f'="{A_10}"',
        f"'{A}",
        f"{A} (hbk.)",
        f"ISBN {A}",
        f"ISBN-10: {A_10}",
        f"ISBN{A}",
        f"{A} : EUR 12.90",
        f"{A_10}; {A}",
        f"{A} (hbk.) | {A_10}",
        f"[{A_10}]",
        f"\u202a{A}\u202c",
        "978‑0‑306‑40615‑7",
        "٩٧٨٠٣٠٦٤٠٦١٥٧",
        f"isbn:{A},asin:B00ICN066A",
    ],
)
def test_an_isbn_is_found_whatever_stands_around_it(cell):
    found = read(cell)
    assert (found.number, found.repaired, found.certain, found.remarks) == (A, False, True, ())


@pytest.mark.parametrize("cell", [f"{A}.0", "9.780306406157E+12", "306406152", "[306406152] (pbk.)", "306406152.0"])
def test_what_a_spreadsheet_did_is_undone(cell):
    found = read(cell)
    assert (found.number, found.repaired, found.certain, found.remarks) == (A, True, True, ())


@pytest.mark.parametrize("cell", ["", " ", "n/a", "N/A", "-", "0", "none", "ohne ISBN", "sin ISBN", '=""', "[]"])
def test_a_cell_that_says_there_is_none_is_not_remarked(cell):
    assert read(cell) == read("")


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("2049-3630", "an ISSN"),
        ("20493630", "an ISSN"),
        ("0000000000", "a placeholder"),
        ("9999999999", "a placeholder"),
        ("9781234567897", "a placeholder"),
        ("9790060115615", "music"),
        ("9780306406158", "check digit wrong"),
        ("4006381333931", "EAN"),
        ("9.78030640616e+12", "in floating point: its last digits are gone"),
        (f"{A}, {B}", f"ISBNs of two books: {A}, {B}"),
        ("7491433", "digits are missing"),
        ("ABC", "not an ISBN"),
    ],
)
def test_what_is_left_out_is_called_what_it_is(cell, what):
    found = read(cell)
    assert (found.number, len(found.remarks)) == ("", 1)
    assert found.remarks[0].startswith(f"“{cell}” in isbn was left out: ")
    assert what in found.remarks[0]


def test_nine_digits_are_an_sbn_only_under_a_header_that_says_isbn():
    assert read("306406152", says_isbn=False).number == ""


@pytest.mark.parametrize(
    ("isbn", "isbn13", "number", "remarks"),
    [
        ("", A, A, []),
        (A_10, A, A, []),
        ("306406152", "9.78030640616e+12", A, []),
        ("20493630", A, A, ["“20493630” in isbn was left out: 8 digits that pass as an ISSN"]),
        (A, B, A, [f"two ISBNs, {A} in isbn and {B} in isbn13: {A} was taken"]),
        ("306406152", B, B, [f"two ISBNs, {A} in isbn and {B} in isbn13: {B} was taken"]),
        (f"{A}, {B}", B, B, []),
    ],
)
def test_of_two_columns_a_whole_isbn_goes_first(isbn, isbn13, number, remarks):
    found = read(isbn, isbn13)
    assert (found.number, list(found.remarks)) == (number, remarks)


def column(cells: list[str]) -> IsbnColumns:
    columns = IsbnColumns({"isbn": True})
    for cell in cells:
        columns.look_at({"isbn": cell})
    return columns


WHOLE = [isbn_10(number) for number in range(140_000_001, 140_000_008)]
NINE = [isbn_10(number).lstrip("0") for number in range(14_000_001, 14_000_008)]
SHORT = isbn_10(6_000_123).lstrip("0")


@pytest.mark.parametrize(
    ("cells", "restored"),
    [
        ([*WHOLE, *NINE, SHORT], True),
        ([*WHOLE, *NINE, "0439023483", SHORT], False),  # the column has kept its zeros
        ([*NINE, *NINE, SHORT], False),
        ([*WHOLE, *WHOLE, SHORT], False),
        ([*WHOLE[:1], *NINE[:1], SHORT], False),  # too few to say
        ([*WHOLE, *NINE, SHORT, *[str(number) for number in range(61_000_000, 61_000_008)]], False),
    ],
)
def test_more_zeros_come_back_only_where_nearly_all_of_the_column_have_lost_them(cells, restored):
    found = column(cells).read({"isbn": SHORT})
    assert found.number == (isbn_13("006000123") if restored else "")
    assert found.certain is not restored
    assert len(found.remarks) == 1


@pytest.mark.parametrize(("floating", "certain"), [("9.78006000123e+12", True), ("9.78007000123e+12", False)])
def test_what_floating_point_has_left_bears_witness(floating, certain):
    columns = IsbnColumns({"isbn": True, "isbn13": True})
    found = columns.read({"isbn": SHORT, "isbn13": floating})
    assert bool(found.number) is certain
    assert found.certain
    assert bool(found.remarks) is not certain


@given(nines)
def test_an_isbn_10_and_its_isbn_13_are_one(nine):
    number = isbn_13(nine)
    assert canonical_isbn(number) == number == to_isbn13(number)
    assert padded(str(to_isbn10(number)).lstrip("0")) == number


@given(st.text("0123456789Xx.,eE+- ISBN|;()[]=\"'\n٣９é\0", max_size=30))
def test_what_is_read_is_always_an_isbn(cell):
    number = read(cell).number
    assert not number or (len(number) == 13 and canonical_isbn(number) == number)
