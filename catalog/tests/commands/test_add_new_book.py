"""AddNewBook: a book comes into the catalogue, and with it, if need be, its author."""

from typing import Any
from uuid import UUID

import pytest

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded, BookAlreadyInCatalogue
from catalog.domain.barcodes import BarcodeTaken
from catalog.models import Author, Book
from catalog.policies import BarcodeKind, barcode
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, after
from tests.declared import declared, refused
from tests.library import context

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"
LABEL = barcode(BarcodeKind.BOOK, "0001", 4711)


def emma(**values: Any) -> Arguments:
    return {"title": "Emma", "author_name": "Jane Austen"} | values


DECLARED = declared(
    AddNewBook,
    good=lambda it: {"title": it.unique("Persuasion"), "author_id": it.added()["author_id"]},
    statements=9,  # the author (locked), a barcode (3), the book
    refusals=[
        refused(InvalidInput, "“978” is not a valid ISBN", lambda it: emma(isbn="978")),
        refused(
            BookAlreadyInCatalogue,
            "The library has “Emma” already.",
            lambda it: after(it.book("Emma", isbn=ISBN), emma(isbn=ISBN, only_if_new=True)),
            details="book_id",
        ),
        refused(
            BarcodeTaken,
            f"The barcode {LABEL} is on something else already.",
            lambda it: after(it.book(barcode=LABEL), emma(barcode=LABEL)),
        ),
    ],
    moves=[lambda it: after(it.queue_of(1, isbn=ISBN), emma(isbn=ISBN))],
)


def add(
    title: str = "Emma", *, author: str | UUID = "Jane Austen", isbn: str = "", only_if_new: bool = False
) -> BookAdded:
    named = {"author_id": author} if isinstance(author, UUID) else {"author_name": author}
    return dispatch(AddNewBook(title=title, isbn=isbn, only_if_new=only_if_new, **named), context())


def wrong(**values: Any) -> list[tuple[str, str]]:
    """The fields of a command that is bad input, and the codes of what is wrong with them."""
    with pytest.raises(InvalidInput) as caught:
        dispatch(AddNewBook(**({"title": "Emma"} | values)), context())
    assert not Book.objects.exists()
    assert not Author.objects.exists()
    return [(error.field, error.code) for error in caught.value.errors]


@pytest.mark.parametrize(
    "spelling",
    [
        "Gabriel García Márquez",
        "gabriel garcía márquez",
        "GABRIEL GARCÍA MÁRQUEZ",
        "  Gabriel \t García  Márquez ",
        "Gabriel Garci\u0301a Ma\u0301rquez",  # accents typed as characters of their own
        "Ｇａｂｒｉｅｌ García Márquez",  # wide letters
        "Gabriel\u00a0García\u3000Márquez",
    ],
)
def test_an_author_is_found_by_name_whatever_its_case_width_and_spacing(spelling: str) -> None:
    first = add(author="Gabriel García Márquez")

    second = add(author=spelling)

    assert (second.author_id, second.author_added) == (first.author_id, False)
    assert Author.objects.get().name == "Gabriel García Márquez", "the catalogue's spelling stays"


@pytest.mark.parametrize(
    ("one", "other"), [("Jane Austen", "Jane Austin"), ("Le Guin", "LeGuin"), ("José", "Jose"), ("J. Smith", "J Smith")]
)
def test_names_that_differ_in_a_letter_an_accent_or_a_dot_are_two_authors(one: str, other: str) -> None:
    assert add(author=one).author_id != add(author=other).author_id


@pytest.mark.parametrize(
    "isbn", ["9780141439587", "978-0-14-143958-7", "978 0 14 143958 7", "0141439580", "0-14-143958-0", " 0141439580 "]
)
def test_an_isbn_is_kept_as_13_digits(isbn: str) -> None:
    assert Book.objects.get(pk=add(isbn=isbn).book_id).isbn == "9780141439587"


def test_an_isbn_10_may_end_in_x() -> None:
    assert Book.objects.get(pk=add(isbn="080442957x").book_id).isbn == "9780804429573"


@pytest.mark.parametrize("isbn", ["", "  "])
def test_old_books_have_no_isbn(isbn: str) -> None:
    assert Book.objects.get(pk=add(isbn=isbn).book_id).isbn == ""


def test_white_space_in_a_title_is_collapsed() -> None:
    assert Book.objects.get(pk=add("  The \n Time\tMachine ").book_id).title == "The Time Machine"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"author_name": "A", "title": ""}, [("title", "blank")]),
        ({"author_name": "A", "title": " \n"}, [("title", "blank")]),
        ({"author_name": "A", "title": "T" * 501}, [("title", "max_length")]),
        ({"author_name": "A", "title": "\u0958" * 251}, [("title", "max_length")]),  # twice as long when composed
        ({"author_name": "A", "title": "bell \a"}, [("title", "invalid")]),
        ({"author_name": "A" * 256}, [("author_name", "invalid"), ("author_name", "max_length")]),
        ({"author_name": "\ufdfa" * 255}, [("author_name", "invalid")]),  # 18 times as long when folded
        ({"author_name": "nul\x00"}, [("author_name", "invalid")]),
        ({"author_name": " "}, [("author_name", "blank")]),
        ({}, [("author", "required")]),
        ({"author_name": "A", "author_id": UUID(int=1)}, [("author", "required")]),
    ],
)
def test_bad_input_is_said_of_each_field(values: dict[str, object], said: list[tuple[str, str]]) -> None:
    assert wrong(**values) == said


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert wrong(title="", isbn="1") == [("author", "required"), ("title", "blank"), ("isbn", "invalid_isbn")]


def test_a_refused_copy_leaves_no_new_author_behind() -> None:
    add("Emma", isbn="9780141439587")

    with pytest.raises(BookAlreadyInCatalogue):
        add("Emma", isbn="9780141439587", author="J. Austen", only_if_new=True)

    assert Author.objects.count() == 1
