from string import digits

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.isbn import to_isbn13

from catalog.management.book_rows import BookRow, Isbn, Sheet, Unusable, choose_isbn, first_author, read_isbn
from catalog.policies import canonical_isbn

isbn_10s = st.text(digits, min_size=9, max_size=9).map(lambda nine: nine + check_digit(nine))

cells = st.text("0123456789Xx.,eE+- ISBN\n٣９é\0", max_size=20)


def check_digit(nine: str) -> str:
    """The tenth character of an ISBN-10 (ISO 2108:1992, modulus 11)."""
    return "0123456789X"[sum(place * int(digit) for place, digit in enumerate(nine, 1)) % 11]


def sheet(**changes) -> Sheet:
    columns = {
        "header": ["title", "authors", "isbn", "isbn13"],
        "title": "title",
        "author": "authors",
        "isbns": ("isbn", "isbn13"),
        "author_separator": ",",
    }
    return Sheet(**columns | changes)


@pytest.mark.parametrize(
    ("cell", "number", "repaired"),
    [
        ("0439023483", "9780439023481", False),
        (" 978-0-439-02348-1 ", "9780439023481", False),
        ("043965548X", "9780439655484", False),
        ("439023483", "9780439023481", True),  # one zero lost
        ("7491433", "9780007491438", True),  # three
        ("439023483.0", "9780439023481", True),
        ("9780439023481.0", "9780439023481", True),
    ],
)
def test_what_is_certainly_an_isbn_is_read(cell, number, repaired):
    assert read_isbn(cell) == Isbn(number=number, repaired=repaired)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "   ",
        "439023484",  # padded, its check digit is wrong
        "9780439023482",
        "9780439023482.0",
        "97893806587.0",
        "9.78043902348e+12",
        "7803006",  # 0007803006 would need another check digit
        "491438",  # 0000491438 is valid, but six characters are too few to be certain
        "978043902348",  # an ISBN-13 that lost a digit says nothing
        "B00ICN066A",
        "none",
    ],
)
def test_nothing_else_is(cell):
    assert read_isbn(cell) is None


@given(isbn_10s)
def test_lost_zeros_come_back(isbn):
    typed = isbn.lstrip("0")
    assume(len(typed) >= 7)
    assert read_isbn(typed) == Isbn(number=to_isbn13(isbn), repaired=typed != isbn)


@given(cells | isbn_10s)
def test_what_is_read_is_always_valid_and_canonical(cell):
    isbn = read_isbn(cell)
    assert isbn is None or (len(isbn.number) == 13 and canonical_isbn(isbn.number) == isbn.number)


def test_the_second_column_serves_when_the_first_does_not():
    assert choose_isbn({"isbn": "", "isbn13": "9780439023481"}) == Isbn(number="9780439023481")
    chosen = choose_isbn({"isbn": "439023484", "isbn13": "9780439023481"})
    assert chosen.number == "9780439023481"
    assert chosen.remarks == ("isbn “439023484” was left out: it is not a valid ISBN",)


def test_floating_point_is_silent_beside_an_isbn_and_remarked_without_one():
    assert choose_isbn({"isbn": "439023483", "isbn13": "9.78043902348e+12"}).remarks == ()
    alone = choose_isbn({"isbn": "", "isbn13": "9.78043902348e+12"})
    assert alone.number == ""
    assert len(alone.remarks) == 1
    assert "isbn13 “9.78043902348e+12” was left out: it is in floating point" in alone.remarks[0]


def test_of_two_whole_isbns_that_differ_the_first_column_is_taken_and_remarked():
    chosen = choose_isbn({"isbn": "0439023483", "isbn13": "9780441013593"})
    assert chosen.number == "9780439023481"
    assert chosen.remarks == ("isbn 9780439023481 and isbn13 9780441013593 differ: 9780439023481 was taken",)


def test_a_whole_isbn_goes_before_a_repaired_one():
    chosen = choose_isbn({"isbn": "439023483", "isbn13": "9780441013593"})
    assert (chosen.number, chosen.repaired) == ("9780441013593", False)
    assert "differ: 9780441013593 was taken" in chosen.remarks[0]


@pytest.mark.parametrize(
    ("cell", "separator", "author"),
    [
        ("George Orwell, Erich Fromm, Celâl Üster", ",", "George Orwell"),
        (" , Ann ", ",", "Ann"),
        ("Orwell, George; Fromm, Erich", ";", "Orwell, George"),
        ("Orwell, George", "", "Orwell, George"),
        (" , ,", ",", ""),
        ("", ",", ""),
    ],
)
def test_the_first_of_several_authors(cell, separator, author):
    assert first_author(cell, separator) == author


def test_a_row_is_read_by_the_names_of_its_columns():
    read = sheet(header=["isbn13", "authors", "isbn", "title"]).read(["", "Ann Lee, Bob", "439023483", " Dune "])
    assert read == BookRow(title="Dune", author="Ann Lee", isbn=Isbn(number="9780439023481", repaired=True))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "Ann", "", ""], "it has no title"),
        (["Dune", " ,", "", ""], "it has no author"),
        ([" "], "it has no title and no author"),
        (["Angels", " Demons", "Ann", "", "439023483"], "it has 5 cells, for 4 columns"),
    ],
)
def test_an_unusable_row_says_why(row, reason):
    with pytest.raises(Unusable, match=f"^{reason}$"):
        sheet().read(row)


def test_empty_cells_beyond_the_columns_do_no_harm():
    assert sheet().read(["Dune", "Ann", "", "", "", " "]).title == "Dune"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": "name"}, "There is no column “name”. The columns of the file are: title, authors, isbn, isbn13."),
        ({"header": ["title", "authors", "authors", "isbn", "isbn13"]}, "There is more than one column “authors”."),
        ({"isbns": ("ean",)}, "There is no column “ean”."),
    ],
)
def test_a_sheet_needs_its_columns_once_each(changes, complaint):
    with pytest.raises(Unusable, match=complaint):
        sheet(**changes)
