"""ISBNs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.policies import canonical_isbn, isbn_10


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("9780141439587", "9780141439587"),
        ("978-0-14-143958-7", "9780141439587"),
        ("0141439580", "9780141439587"),
        ("0-8044-2957-X", "9780804429573"),
        ("9791032305690", "9791032305690"),
    ],
)
def test_an_isbn_has_13_digits(text: str, isbn: str) -> None:
    assert canonical_isbn(text) == isbn


@pytest.mark.parametrize(
    "text", ["", "1", "9780141439588", "0141439581", "9770000000000", "9780141439587 9780141439587", "X141439580", "🙂"]
)
def test_anything_else_is_none(text: str) -> None:
    assert canonical_isbn(text) is None


def test_an_isbn_of_979_has_no_short_form() -> None:
    assert isbn_10("9780141439587") == "0141439580"
    assert isbn_10("9791032305690") is None
    assert isbn_10("") is None


@given(st.text(max_size=30) | st.text(alphabet="0123456789xX- \u0660\u0967²\x00", max_size=20))
def test_whatever_is_typed_is_an_isbn_of_13_ascii_digits_or_none(text: str) -> None:
    isbn = canonical_isbn(text)

    assert isbn is None or (len(isbn) == 13 and isbn.isascii() and isbn.isdigit())


@given(st.integers(min_value=0, max_value=999_999_999))
def test_the_short_and_the_long_form_are_one_book(number: int) -> None:
    digits = f"978{number:09}"
    check = -sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10
    isbn = f"{digits}{check}"

    assert canonical_isbn(isbn) == isbn
    assert canonical_isbn(isbn_10(isbn) or "") == isbn
