"""The lookup `has_words`, the same on every database."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import ean

from catalog.models import Author
from catalog.models import found as pages_of_found
from catalog.models.search import by_id_or_words, search_key
from catalog.queries import SearchAuthors, SearchBooks
from circulation.queries import SearchUsers
from library_site.cqrs import dispatch
from tests.library import add_book, context, register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db
SEARCHES: tuple[Any, ...] = (SearchBooks, SearchAuthors, SearchUsers)


def names(q: str) -> set[str]:
    return set(Author.objects.filter(by_id_or_words(q)).values_list("name", flat=True))


def test_a_key_begins_with_the_words_of_all_texts_and_a_name_is_found_by_its_beginning() -> None:
    key = search_key("Émile", "J. K. O'Brien", "", also="978 x@yz.org")

    assert key == "emile j k obrien 978 x yz org !e !em !j !jk o brien jk"


def test_every_word_must_begin_some_word() -> None:
    for name in ("Anna Karenin", "Annabel Lee", "Joanna Lee"):
        add_book(author=name)

    assert names("ann") == {"Anna Karenin", "Annabel Lee"}
    assert names("ann lee") == {"Annabel Lee"}
    assert names("lee ann") == {"Annabel Lee"}
    assert names("") == names(" , ") == set()
    assert names("lee lee") == {"Annabel Lee", "Joanna Lee"}


def test_a_word_of_every_script_is_found_by_its_beginning() -> None:
    for name in ("夏目漱石", "رضوى عاشور", "Достоевский", "Ñandú", "𝔊𝔬𝔱𝔥", "ʻOkina ʼAleph"):
        add_book(author=name)
        assert name in names(name), name
        assert name in names(name[:2]), name


FOUND_BY = {
    "Jo Nesbø": "nesbo Nesbø NESBØ nesb",
    "Müller-Lüdenscheidt": "muller mueller Müller mul muel ludenscheidt luedenscheidt",
    "Ödön von Horváth": "odon oedoen horvath ö oe",
    "Jäger Ärzte": "jager jaeger arzte aerzte ärzte",
    "Stanisław Łem": "lem łem stanislaw",
    "Đorđe Ðorð": "dorde dord",
    "Ægir Æbelø": "aegir aebelo ægir ae æ",
    "Straße GROẞ": "strasse straße gross groß",
    "Yaşar Işık": "yasar isik ışık IŞIK",
    "Åsa Ångström": "asa angstrom angstroem ångström",
    "Œuvre Cœur": "oeuvre coeur cœur",
    "Þórður Guðmundsson": "thordur gudmundsson þórður",
    "Ŋaħŧ Ƒuƙa": "naht fuka",
    "Ĳssel Dvořák": "ijssel dvorak",
    "Jour d’Été": "ete d'ete d’ete dete été",
    "Flann O'Brien": "obrien o'brien o’brien brien obr",
    "J. K. Rowling": "jk|j k|j. k.|J.K.|jk rowling|j. k. rowl|rowling j k|k rowling",
    "Sir JRR Tolkien": "jrr|j r r|j. r. r. tolkien|J.R.R.|tolkien tolk tolkien",
    "А. С. Пушкин": "ас пушкин|а.с. пуш",
    "夏目漱石": "夏 夏目 夏目漱石",
}
"""What each is found by: the folding that people expect of a search."""


@pytest.mark.parametrize("name", FOUND_BY)
def test_books_authors_and_people_are_found_by_what_people_type(name: str) -> None:
    add_book("Emma", author=name)
    add_book(name, author="Jane Doe")
    register(name, "somebody@example.org")
    add_book("Zzz", author="Zzz")
    register("Zzz", "zzz@example.com")
    for q in FOUND_BY[name].split("|" if "|" in FOUND_BY[name] else None):
        books, authors, people = (dispatch(search(q=q), context()).rows for search in SEARCHES)
        assert {name, "Emma"} == {row.title for row in books}, q
        assert [name] == [row.name for row in authors], q
        assert [name] == [row.name for row in people], q


@pytest.mark.parametrize("q", ["e", "em", "h", "ha", "of", "j", "jo", "o", "0"])
def test_one_or_two_letters_are_a_word_or_begin_the_first_one_of_a_title_or_name(q: str) -> None:
    add_book("Emma of Haus 0", author="John Huber", isbn="9780141439587")

    assert bool(dispatch(SearchBooks(q=q), context()).rows) == (q not in {"h", "ha", "o"})


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("978", True),
        ("9780141439", True),
        ("01414 emm", True),
        ("0141439580 aus", True),
        ("emma 9780141439587", True),
        ("0141439581", False),
        ("123456789x", False),
        ("9790141", False),
        ("97", False),
        ("1414", False),
    ],
)
def test_an_isbn_is_found_by_its_beginning_and_beside_words(q: str, is_found: bool) -> None:
    add_book("Emma", isbn="9780141439587")
    add_book("Persuasion")

    assert bool(dispatch(SearchBooks(q=q), context()).rows) == is_found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_whatever_is_stored_is_found_by_itself(text: str) -> None:
    author = Author.objects.create(name="Abc " + text)

    found = Author.objects.filter(search_key__has_words="abc " + text)
    by_beginning = Author.objects.filter(search_key__has_words=author.name[:3])

    assert author in found
    assert author in by_beginning
    author.delete()


def ids(query: Any) -> list[UUID]:
    return [row.id for row in there_and_back(query)]


@pytest.fixture
def looks_at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """So many rows are few, and as many are looked at to fill a page."""

    def bound(few: int, following: int, newest: int) -> None:
        for name, value in (("FEW", few), ("NEXT", following), ("NEWEST", newest)):
            monkeypatch.setattr(pages_of_found, name, value)

    return bound


@pytest.mark.parametrize("search", [partial(SearchBooks, status="AVAILABLE"), SearchAuthors, SearchUsers])
@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((9, 9, 9), [0, 1, 2, 3, 4, 5, 6]),  # by title
        ((3, 9, 9), [3, 4, 5, 6, 0, 1, 2]),  # from the first word on
        ((3, 4, 4), [3, 4, 5, 6, 0, 1, 2]),  # … although the last page is not filled by so many
        ((3, 1, 3), [6, 5, 4, 3, 2, 1, 0]),  # the newest first
        ((3, 1, 1), [6, 5, 4, 3, 2, 1, 0]),  # … although none is near
    ],
)
def test_however_many_have_a_word_each_is_on_one_page(
    search: Any, bounds: tuple[int, int, int], expected: list[int], looks_at: Callable[..., None]
) -> None:
    for letter in "abcdefg":
        add_book(f"{letter}x dune", author=f"{letter}x dune {letter}")
        register(f"{letter}x dune")
    by_title = ids(search(q="dune"))
    assert by_title == sorted(by_title)

    looks_at(*bounds)

    order = expected if connection.vendor == "postgresql" else range(7)
    assert ids(search(q="dx dune")) == [by_title[3]]
    assert ids(search(q="dune")) == [by_title[place] for place in order]


def test_what_too_many_isbns_begin_with_comes_in_their_order_from_there_on(looks_at: Callable[..., None]) -> None:
    begins = {"a": "978014143958", "c": "978046502650", "d": "978046502651", "e": "978046502652"}
    for title in "abcde":
        digits = begins.get(title, "")
        add_book(f"{title} 0465", isbn=digits and digits + ean.calc_check_digit(digits))
    looks_at(1, 9, 9)

    titles = [row.title[0] for row in there_and_back(SearchBooks(q="0465"))]

    assert "".join(titles) == ("cdeba" if connection.vendor == "postgresql" else "abcde")


def test_pages_keep_the_order_that_they_began_with(looks_at: Callable[..., None]) -> None:
    for title in "edcba":
        add_book(title)
    first = dispatch(SearchBooks(q="austen", page_size=2), context())
    looks_at(3, 9, 9)

    second = dispatch(SearchBooks(q="austen", page_size=4, cursor=first.next), context())

    assert [row.title for row in (*first.rows, *second.rows)] == ["a", "b", "c", "d", "e"]
