"""AddNewBook: a book comes into the catalogue, and with it, if need be, its author."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded, BookAlreadyInCatalogue
from catalog.models import Author, Book
from library_site.cqrs import InvalidInput, NotFound, dispatch
from tests.library import context

pytestmark = pytest.mark.django_db


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


def test_a_new_book_is_available_to_borrow() -> None:
    answer = add("Emma", isbn="9780141439587")

    book = Book.objects.get(pk=answer.book_id)
    assert (book.title, book.isbn, book.author.name) == ("Emma", "9780141439587", "Jane Austen")
    assert (book.status, book.borrower) == ("AVAILABLE", None)


def test_an_author_whom_the_catalogue_has_not_is_added() -> None:
    answer = add(author="Jane Austen")

    assert answer.author_added
    assert Author.objects.get(pk=answer.author_id).name == "Jane Austen"


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
    ("one", "other"), [("STRASSE", "straße"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬁeld", "FIELD"), ("İpek", "i̇pek")]
)
def test_case_is_folded_in_every_script(one: str, other: str) -> None:
    assert add(author=one).author_id == add(author=other).author_id


@pytest.mark.parametrize(
    ("one", "other"), [("Jane Austen", "Jane Austin"), ("Le Guin", "LeGuin"), ("José", "Jose"), ("J. Smith", "J Smith")]
)
def test_names_that_differ_in_a_letter_an_accent_or_a_dot_are_two_authors(one: str, other: str) -> None:
    assert add(author=one).author_id != add(author=other).author_id


def test_an_author_is_found_by_id() -> None:
    first = add()

    second = add(author=first.author_id)

    book = Book.objects.latest("id")
    assert second == BookAdded(
        book_id=book.pk, author_id=first.author_id, author_added=False, barcode=book.barcode, book_status="AVAILABLE"
    )


def test_an_author_id_that_the_catalogue_has_not_is_not_found() -> None:
    with pytest.raises(NotFound, match="no author with this id"):
        add(author=uuid4())

    assert not Book.objects.exists()


def test_copies_are_added_one_by_one_and_may_share_an_isbn() -> None:
    answers = {add(isbn="9780141439587").book_id for _ in range(3)}

    assert len(answers) == Book.objects.filter(isbn="9780141439587").count() == 3


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


@pytest.mark.parametrize("isbn", ["978", "9780141439588", "0141439581", "9770141439587", "emma", "٩٧٨٠١٤١٤٣٩٥٨٧"])
def test_what_is_no_isbn_is_refused(isbn: str) -> None:
    assert wrong(isbn=isbn, author_name="Jane Austen") == [("isbn", "invalid_isbn")]


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


def test_only_if_new_refuses_a_second_copy_by_isbn() -> None:
    first = add("Emma", isbn="9780141439587", only_if_new=True)

    with pytest.raises(BookAlreadyInCatalogue, match="The library has “Emma” already") as caught:
        add("Emma, a novel", isbn="0-14-143958-0", only_if_new=True)

    assert caught.value.details == {"book_id": first.book_id}
    assert add("Emma", isbn="9780141439587").book_id != first.book_id, "unless a copy is meant"


def test_only_if_new_refuses_a_second_copy_by_title_and_author_where_there_is_no_isbn() -> None:
    add("Emma", only_if_new=True)

    with pytest.raises(BookAlreadyInCatalogue):
        add(" Emma ", author="JANE AUSTEN", only_if_new=True)

    add("Emma", author="Somebody Else", only_if_new=True)
    add("Emma", isbn="9780141439587", only_if_new=True)
    assert Book.objects.count() == 3


def test_a_refused_copy_leaves_no_new_author_behind() -> None:
    add("Emma", isbn="9780141439587")

    with pytest.raises(BookAlreadyInCatalogue):
        add("Emma", isbn="9780141439587", author="J. Austen", only_if_new=True)

    assert Author.objects.count() == 1
