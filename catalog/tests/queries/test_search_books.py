"""SearchBooks: as people type."""

from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User

from catalog.models import Book
from catalog.queries import SearchBooks
from library_site.cqrs import Actor, Context, InvalidInput, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import FOR_WORDS, declared
from tests.library import add_book, borrow, context, register, report_missing, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db


def of_one_title(it: Arranger, books: int) -> Arguments:
    title = it.unique("Wörter")
    for _ in range(books):
        it.book(title)
    return {"q": title}


DECLARED = declared(
    SearchBooks,
    rows=of_one_title,
    statements=FOR_WORDS,
    large=lambda it: [
        *({"q": q} for q in ("the", "a", "the bal", "ban kala", "lut", it.isbn, str(it.wanted_book_id))),
        *({"q": "the", "status": status} for status in ("MISSING", "AVAILABLE")),
        {"q": "", "recent": True},
        *({"q": "", "recent": True, "status": status} for status in Book.Status.values),
    ],
)


def found(q: str, status: str | None = None) -> list[str]:
    return [row.title for row in dispatch(SearchBooks(q=q, status=status), context()).rows]


@pytest.fixture
def shelf() -> dict[str, UUID]:
    books = [
        ("Emma", "Jane Austen", "9780141439587"),
        ("Les Misérables", "Victor Hugo", ""),
        ("Gödel, Escher, Bach", "Douglas R. Hofstadter", "9780465026562"),
        ("Tom's Midnight Garden", "Philippa Pearce", ""),
        ("こころ", "夏目漱石", ""),
        ("ثلاثية غرناطة", "رضوى عاشور", ""),
        ("1984", "George Orwell", ""),
        ("100% Cotton_Mill", "Anon O’Mous", ""),
    ]
    return {title: add_book(title, author=author, isbn=isbn) for title, author, isbn in books}


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("emma", "Emma"),
        ("em aus", "Emma"),
        ("austen emma", "Emma"),
        ("MISÉR", "Les Misérables"),
        ("escher-bach", "Gödel, Escher, Bach"),
        ("toms mid", "Tom's Midnight Garden"),
        ("tom’s", "Tom's Midnight Garden"),
        ("こころ", "こころ"),
        ("غرناطة", "ثلاثية غرناطة"),
        ("1984", "1984"),
        ("omous", "100% Cotton_Mill"),
        ("mill", "100% Cotton_Mill"),
        ("9780141439587", "Emma"),
        ("978-0-14-143958-7", "Emma"),
        ("0-14-143958-0", "Emma"),
        ("01414", "Emma"),
    ],
)
def test_a_book_is_found_by_a_few_letters_of_words_or_by_its_isbn(shelf: dict[str, UUID], q: str, title: str) -> None:
    assert found(q) == [title]


@pytest.mark.parametrize(
    "q",
    [
        "",
        "%",
        "_",
        "'",
        "mma",
        "emma hugo",
        "\x00",
        "\ud800",
        "9780465026563",
        "' UNION SELECT 1 --",
        "a:*|b",
        "!()&|<->",
    ],
)
def test_what_begins_no_word_finds_nothing(shelf: dict[str, UUID], q: str) -> None:
    assert found(q) == []


def test_a_book_is_found_by_its_id(shelf: dict[str, UUID]) -> None:
    assert found(str(shelf["Emma"])) == found(shelf["Emma"].hex) == ["Emma"]


def test_what_was_just_done_is_found_at_once() -> None:
    assert found("emma") == []
    book_id = add_book("Emma")
    assert found("emma") == ["Emma"]
    report_missing(book_id)
    assert found("emma", "MISSING") == ["Emma"]


@pytest.mark.parametrize("status", ["", "available", "LOST"])
def test_a_status_that_there_is_not_is_bad_input(status: str) -> None:
    with pytest.raises(InvalidInput, match="AVAILABLE, BORROWED, ON_HOLD, MISSING, WITHDRAWN"):
        found("x", status)


@pytest.mark.parametrize("q", ["a " * 5000, "a" * 100_000, "\ufdfa" * 500, "é" * 3000, "1" * 5000, "ʼ'’" * 100])
def test_whatever_is_typed_is_answered(shelf: dict[str, UUID], q: str) -> None:
    assert isinstance(found(q), list)


def test_who_has_a_book_or_waits_for_it_is_told_to_those_only_who_may_know(librarian: User) -> None:
    borrow(add_book("Dune"), register("Ann Lee"))
    reserve(add_book("Emma"), register("Bob Roe"))
    opac = User.objects.create_user("opac")
    opac.user_permissions.add(Permission.objects.get(codename="search_books"))
    for user, borrower, waiting in ((librarian, "Ann Lee", "Bob Roe"), (opac, None, None)):
        dune, emma = dispatch(SearchBooks(q="austen"), Context(actor=Actor.of_user(user), source="rest")).rows
        assert (dune.status, dune.borrower_name) == ("BORROWED", borrower)
        assert (dune.borrower_id is None) == (dune.due_on is None) == (borrower is None)
        assert (emma.status, emma.reserved_for_name) == ("ON_HOLD", waiting)


def test_where_nothing_is_searched_for_the_newest_come_first_on_request() -> None:
    missing = add_book("Zuleika Dobson")
    report_missing(missing)
    add_book("Emma")
    rows = there_and_back(SearchBooks(q="", recent=True))
    assert [row.title for row in rows] == ["Emma", "Zuleika Dobson"]
    assert [row.id for row in there_and_back(SearchBooks(q="", recent=True, status="MISSING"))] == [missing]
    assert [row.title for row in there_and_back(SearchBooks(q="zul", recent=True))] == ["Zuleika Dobson"]
