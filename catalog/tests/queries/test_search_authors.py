"""SearchAuthors: by a few letters of each word of the name."""

import pytest

from catalog.models import Author
from catalog.queries import SearchAuthors
from catalog.queries.search_authors import FoundAuthor
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import FOR_WORDS, declared
from tests.library import add_book, context

pytestmark = pytest.mark.django_db


def of_one_name(it: Arranger, authors: int) -> Arguments:
    name = it.unique("Jane")
    for number in range(authors):
        it.book(author=f"{name} {number}")
    return {"q": name}


DECLARED = declared(
    SearchAuthors,
    rows=of_one_name,
    statements=FOR_WORDS,
    large=lambda it: [{"q": q} for q in ("a", "ben ka")],
    not_in_model="what letters find is asked below",
)


def found(q: str) -> list[str]:
    return [row.name for row in dispatch(SearchAuthors(q=q), context()).rows]


def test_an_author_is_found_by_a_few_letters_of_words() -> None:
    for name in ("Ursula K. Le Guin", "Ursula Vernon", "Gabriel García Márquez", "夏目漱石"):
        add_book(author=name)

    assert found("urs") == ["Ursula K. Le Guin", "Ursula Vernon"]
    assert found("guin urs") == ["Ursula K. Le Guin"]
    assert found("garcia marquez") == ["Gabriel García Márquez"]
    assert found("夏") == ["夏目漱石"]
    assert found("rsula") == found("") == found("%") == []


def test_a_row_is_the_author_who_is_also_found_by_id() -> None:
    add_book(author="Jane Austen")
    author = Author.objects.get()

    for q in ("jane", str(author.id)):
        assert dispatch(SearchAuthors(q=q), context()).rows == [FoundAuthor(id=author.id, name="Jane Austen")]


def test_the_title_of_a_book_finds_no_author() -> None:
    add_book("Emma", author="Jane Austen")

    assert found("emma") == []
