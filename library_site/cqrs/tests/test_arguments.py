"""Messages from flat arguments, as the command line and Lambda events give them."""

from typing import Any
from uuid import UUID

import pytest

from catalog.commands import AddNewBook
from catalog.queries import SearchBooks
from circulation.commands import BorrowBook, ReturnBook
from library_site.cqrs import InvalidInput
from library_site.cqrs.arguments import UnknownArgument, message_from
from library_site.cqrs.operations import operation_of

BOOK, USER = UUID(int=1), UUID(int=2)


def message(kind: Any, **arguments: Any) -> Any:
    return message_from(operation_of(kind), arguments)


def wrong(kind: Any, **arguments: Any) -> list[tuple[str, str, str]]:
    """What is said of each field."""
    with pytest.raises(InvalidInput) as caught:
        message(kind, **arguments)
    return [(error.field, error.code, error.detail) for error in caught.value.errors]


def test_texts_are_read_as_what_the_fields_hold() -> None:
    assert message(BorrowBook, book_id=str(BOOK), user_id=str(USER)) == BorrowBook(book_id=BOOK, user_id=USER)
    assert message(SearchBooks, q="12", page_size="5") == SearchBooks(q="12", page_size=5)
    for text, value in {"true": True, "false": False, "1": True, "0": False}.items():
        assert message(AddNewBook, title="Emma", only_if_new=text).only_if_new is value


def test_values_may_be_what_they_are_already() -> None:
    assert message(SearchBooks, q="x", page_size=5, status=None) == SearchBooks(q="x", page_size=5)
    assert message(AddNewBook, title="Emma", author_id=BOOK, only_if_new=True).author_id == BOOK


def test_everything_that_is_missing_or_cannot_be_read_is_said_at_once() -> None:
    assert wrong(BorrowBook, book_id="junk") == [
        ("book_id", "invalid", "“book_id” must be an id (UUID)."),
        ("user_id", "required", "“user_id” is required."),
    ]


@pytest.mark.parametrize(
    ("kind", "arguments", "detail"),
    [
        (SearchBooks, {"q": "x", "page_size": "many"}, "“page_size” must be a whole number."),
        (AddNewBook, {"title": "x", "only_if_new": "perhaps"}, "“only_if_new” must be true or false."),
        (AddNewBook, {"title": {"deep": [1]}}, "“title” must be text."),
        (AddNewBook, {"title": None}, "“title” must be text."),
    ],
)
def test_what_cannot_be_read_is_said_in_words(kind: Any, arguments: dict[str, Any], detail: str) -> None:
    assert [error[2] for error in wrong(kind, **arguments)] == [detail]


def test_a_field_that_the_message_has_not_is_an_error_of_usage() -> None:
    with pytest.raises(UnknownArgument, match=r"ReturnBook has no field bok_id, x\. It has: book_id\."):
        message(ReturnBook, bok_id=str(BOOK), x="1")


def test_several_words_have_commas_between_them() -> None:
    lend = {"book_id": str(BOOK), "user_id": str(USER)}

    for text, codes in {"": (), "a": ("a",), " a, b ,, c": ("a", "b", "c")}.items():
        assert message(BorrowBook, **lend, override=text).override == codes
    assert message(BorrowBook, **lend, override=["a", "b"]).override == ("a", "b")
    assert wrong(BorrowBook, **lend, override=[1]) == [("override", "invalid", "“override” must be text.")]
