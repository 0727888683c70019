"""AddNewBook: a book comes into the catalogue, and with it, if need be, its author."""

from typing import Any
from uuid import UUID

import pytest

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded
from catalog.domain.barcodes import BarcodeTaken
from catalog.domain.known_books import BookAlreadyInCatalogue
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
    statements=10,  # the author (locked), a barcode (3), the book, its code
    refusals=[
        refused(InvalidInput, "“978” is not a valid ISBN", lambda it: emma(isbn="978")),
        refused(
            BookAlreadyInCatalogue,
            "The library has “Emma” already.",
            lambda it: after(it("AddNewBook", **emma()), emma(isbn=ISBN, only_if_new=True)),
            details="book_id",
        ),
        refused(
            BarcodeTaken,
            f"The barcode {LABEL} is on “",
            lambda it: after(it.book(barcode=LABEL), emma(barcode=LABEL)),
        ),
    ],
    moves=[lambda it: after(it.queue_of(1, isbn=ISBN), emma(isbn=ISBN))],
)


def add(title: str = "Emma", author: str = "Jane Austen", **values: Any) -> BookAdded:
    return dispatch(AddNewBook(title=title, author_name=author, **values), context())


@pytest.mark.parametrize(
    "spelling", ["  GABRIEL \t garcía  Márquez ", "Ｇａｂｒｉｅｌ\u00a0Garci\u0301a\u3000Ma\u0301rquez"]
)
def test_an_author_is_found_by_name_whatever_its_case_width_and_spacing(spelling: str) -> None:
    first = add(author="Gabriel García Márquez")

    second = add(author=spelling)

    assert (second.author_id, second.author_added) == (first.author_id, False)
    assert Author.objects.get().name == "Gabriel García Márquez", "the catalogue's spelling stays"


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
        ({"title": "", "isbn": "1"}, [("title", "blank"), ("isbn", "invalid_isbn")]),
        ({"author_name": "A", "author_id": UUID(int=1)}, [("author", "required")]),
        ({"copy_number": 0, "only_if_new": True}, [("copy_number", "min_value")]),
    ],
)
def test_bad_input_is_said_of_each_field(values: dict[str, Any], said: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidInput) as caught:
        dispatch(AddNewBook(**({"title": "Emma"} | values)), context())

    assert [(error.field, error.code) for error in caught.value.errors] == said
    assert not Author.objects.exists()


def test_a_text_is_kept_tidy() -> None:
    add("  The \n Time\tMachine ", isbn=" 0-8044-2957-x ")

    assert Book.objects.values("title", "isbn").get() == {"title": "The Time Machine", "isbn": "9780804429573"}
