"""The catalogue's pages, as a browser without JavaScript sends and gets them."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from catalog.models import Author, Book
from tests.library import add_book, borrow, register, reserve
from tests.pages import errors, messages_after, remedies, send

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL = "30001000047110"


def lend_dune() -> UUID:
    book_id = add_book("Dune", isbn=DUNE, author="Frank Herbert")
    borrow(book_id, register())
    return book_id


def add(desk: Client, **fields: Any) -> Any:
    return desk.post("/add-new-book", {"page_key": str(uuid4())} | fields)


def test_a_name_that_was_typed_anew_counts_more_than_an_older_choice(desk: Client) -> None:
    add_book("Emma", author="Jane Austen")
    add(desk, title="White Teeth", author_q="Zadie Smith", author=Author.objects.get().id)
    assert str(Book.objects.get(title="White Teeth").author) == "Zadie Smith"


def test_letters_that_may_mean_a_known_author_are_asked_about(desk: Client) -> None:
    """Nothing is guessed: “Jane” may be Jane Austen, or an author of her own."""
    add_book("Emma", author="Jane Austen")
    response = add(desk, title="A Life", author_q="Jane")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Is it an author whom the library knows?" in page
    assert "checked" not in page
    response = add(desk, title="A Life", author_q="Jane", author="new")
    assert response.status_code == 302
    assert str(Book.objects.get(title="A Life").author) == "Jane"


def test_a_known_name_and_a_new_one_need_no_choice(desk: Client) -> None:
    add_book("Emma", author="Jane Austen")
    assert add(desk, title="Persuasion", author_q="jane  AUSTEN").status_code == 302
    assert add(desk, title="Dune", author_q="Frank Herbert").status_code == 302
    assert set(Author.objects.values_list("name", flat=True)) == {"Jane Austen", "Frank Herbert"}


def test_everything_that_is_wrong_is_said_beside_its_field(desk: Client) -> None:
    response = add(desk, title=" ", isbn="9780441013594", author_q="", barcode="1")
    assert errors(response, "isbn") == "This ISBN was misread: its check digit is wrong. Scan it again."
    assert [*response.context["form"].errors] == ["isbn"], "as long as it is all that was given"
    assert 'value="9780441013594"' in response.content.decode()
    response = add(desk, title="", isbn="", author_q="")
    assert errors(response, "title") == "This field is required."
    assert not Book.objects.exists()


def test_a_book_gets_the_label_that_was_scanned_or_the_next_number_which_is_said(desk: Client) -> None:
    fields = {"title": "Dune", "author_q": "Frank Herbert"}
    assert messages_after(desk, add(desk, **fields, barcode=LABEL)) == [
        f"Added “Dune” by Frank Herbert, an author new to the catalogue. Its barcode is {LABEL}."
    ]
    (said,) = messages_after(desk, add(desk, **fields))
    assert said.endswith(f"Its barcode is {Book.objects.exclude(barcode=LABEL).get().barcode}.")


def test_a_book_without_author_says_who_is_responsible_where_it_stands_and_what_is_wrong_with_it(desk: Client) -> None:
    described = {"statement_of_responsibility": "ed. by the parish", "shelf_mark": "Ref 912 Atl", "condition": "Torn"}
    (said,) = messages_after(desk, add(desk, title="Atlas", author_q="", **described, barcode="A-12"))
    assert said == "Added “Atlas”. Its barcode is A-12."
    book = Book.objects.get()
    assert (book.author, book.shelf_mark) == (None, "Ref 912 Atl")
    for page in (f"/book?book_id={book.pk}", "/search-books"):
        shown = desk.get(page).content.decode()
        assert "ed. by the parish" in shown
        assert "Ref 912 Atl" in shown
        assert ">None<" not in shown
    assert "Condition: Torn" in desk.get(f"/book?book_id={book.pk}").content.decode()


@pytest.mark.parametrize(("typed", "is_open"), [({}, False), ({"shelf_mark": "x" * 101}, True)])
def test_what_few_need_is_folded_up_unless_something_is_there(desk: Client, typed: Any, is_open: bool) -> None:
    page = add(desk, title="", isbn="", **typed).content.decode()
    assert ('<details class="folded" open>' in page, '<details class="folded">' in page) == (is_open, not is_open)


def test_a_new_copy_that_somebody_waits_for_says_for_whom(desk: Client) -> None:
    reserve(lend_dune(), register("Ann Lee"))
    response = add(desk, title="Dune", isbn=DUNE, author_q="Frank Herbert")
    assert messages_after(desk, response)[1] == "Hold shelf: for Ann Lee"
    assert Book.objects.filter(status="ON_HOLD").count() == 1


def test_copies_are_added_and_their_barcodes_said(desk: Client) -> None:
    book_id = lend_dune()
    for name in ("Ann Lee", "Bob Roe"):
        reserve(book_id, register(name))
    said = messages_after(desk, send(desk, "/add-copies", book_id=book_id, copies="3"))
    new = list(Book.objects.exclude(pk=book_id).order_by("barcode").values_list("barcode", flat=True))
    assert said == [
        f"Added 3 copies of “Dune”. Barcodes: {', '.join(new)}.",
        f"Hold shelf: {new[0]}, for Ann Lee",
        f"Hold shelf: {new[1]}, for Bob Roe",
    ]


@pytest.mark.parametrize("typed", [DUNE, "dune"])
def test_a_scan_finds_the_book_and_waits_for_how_many_copies(desk: Client, typed: str) -> None:
    book_id = lend_dune()
    response = send(desk, "/add-copies", book_id_q=typed, copies="1")
    page = response.content.decode()
    assert (response.status_code, Book.objects.count()) == (422, 1)
    assert re.search(f'value="{book_id}" checked', page)
    assert re.search(r'name="copies" value="1"[^>]* autofocus', page)


def test_one_copy_is_what_is_added_unless_more_are_asked_for(desk: Client) -> None:
    book_id = add_book("Dune")
    page = desk.get(f"/add-copies?book_id={book_id}").content.decode()
    assert re.search(r'name="copies" value="1"', page)
    assert "Added 1 copy of “Dune”." in messages_after(desk, send(desk, "/add-copies", book_id=book_id, copies="1"))[0]
    assert errors(send(desk, "/add-copies", book_id=book_id, copies="51"), "copies") == "Add 1 to 50 copies at a time."


def test_where_nothing_is_searched_for_the_newest_books_come_first(desk: Client) -> None:
    assert "The library has no book yet." in desk.get("/search-books").content.decode()
    for title in ("Emma", "Zuleika Dobson", "Dune"):
        add_book(title)
    page = desk.get("/search-books").content.decode()
    assert re.findall('Tick: (.*?)"', page) == ["Dune", "Zuleika Dobson", "Emma"]
    assert "The newest first: 3 found" in page
    assert "There is no such book." in desk.get("/search-books?q=&status=MISSING").content.decode()


def test_a_search_says_who_has_a_book(desk: Client) -> None:
    borrow(add_book("Dune", author="Frank Herbert"), register("Ann Lee"))
    add_book("Emma")
    page = desk.get("/search-books?q=dun+her").content.decode()
    assert "Dune" in page
    assert "to Ann Lee until" in page
    assert "Emma" not in page
    assert "Dune" not in desk.get("/search-books?q=dun&status=AVAILABLE").content.decode()


def test_titles_are_text_not_markup(desk: Client) -> None:
    add_book("<script>alert(1)</script>")
    page = desk.get("/search-books?q=alert").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_an_isbn_that_another_title_has_is_said(desk: Client) -> None:
    isbn = "9780441013593"
    add_book("Dune", isbn=isbn)
    same = messages_after(desk, send(desk, "/add-new-book", title="DUNE", isbn=isbn, author_q="Frank Herbert"))
    other = messages_after(desk, send(desk, "/add-new-book", title="Emma", isbn=isbn, author_q="Jane Austen"))
    assert "with this ISBN too" not in same[0]
    assert other[0].lower().endswith("the library has “dune” with this isbn too.")
    corrected = send(desk, "/correct-book", book_id=add_book("Persuasion"), isbn=isbn)
    assert messages_after(desk, corrected)[0].endswith("with this ISBN too.")


def test_a_book_that_the_library_has_is_found_where_only_a_new_one_is_wanted(desk: Client) -> None:
    add_book("Dune", isbn=(isbn := "9780441013593"))
    response = send(desk, "/add-new-book", title="Dune", isbn=isbn, author_q="Jane Austen", only_if_new="on")
    assert remedies(response, "only_if_new") == [("Search books", f"/search-books?q={isbn}")]


# New books quickly (issue 18)


def scan_isbn(desk: Client, isbn: str = DUNE, **fields: Any) -> Any:
    """What a scanner's Enter in the first box sends."""
    return send(desk, "/add-new-book", **{"isbn": isbn, "title": "", "author_q": "", "barcode": ""} | fields)


def focused(response: Any) -> list[str]:
    return re.findall(r'name="(\w+)"[^>]* autofocus', response.content.decode())


@pytest.mark.parametrize("barcode", ["", LABEL])
def test_an_isbn_that_the_library_has_shows_its_title_and_adds_a_copy(desk: Client, barcode: str) -> None:
    """The scan paints nothing red, and a second Enter or the scan of a label is all that it takes."""
    book_id = add_book("Dune", isbn=DUNE, author="Frank Herbert")
    for page in (scan_isbn(desk), desk.get(f"/add-new-book?isbn={DUNE}")):
        text = page.content.decode()
        assert re.search(rf'name="copy_of" value="{book_id}"[^>]* checked', text)
        assert "Another copy of “Dune” by Frank Herbert" in text
        assert not re.search('in-error|notice error|name="title"', text)
        assert focused(page) == ["barcode"]
    assert Book.objects.count() == 1
    (said,) = messages_after(desk, scan_isbn(desk, copy_of=book_id, barcode=barcode))
    copy = Book.objects.exclude(pk=book_id).get()
    assert said == f"Added 1 copy of “Dune”. Barcodes: {copy.barcode}."
    assert (copy.isbn, str(copy.author), copy.barcode == LABEL) == (DUNE, "Frank Herbert", bool(barcode))
    assert focused(desk.get("/add-new-book")) == ["isbn"]


def test_an_isbn_that_is_new_goes_on_to_the_title_without_an_error(desk: Client) -> None:
    page = scan_isbn(desk)
    assert "The library has no book with this ISBN. What is it?" in page.content.decode()
    assert not re.search("in-error|notice error", page.content.decode())
    assert focused(page) == ["title"]


@pytest.mark.parametrize("box", ["title", "barcode"])
def test_a_scanner_that_fires_twice_adds_nothing_and_types_nothing(desk: Client, box: str) -> None:
    """The second time into the box to which the first Enter led."""
    known: dict[str, Any] = {"copy_of": add_book("Dune", isbn=DUNE)} if box == "barcode" else {}
    page = scan_isbn(desk, **known, **{box: DUNE})
    assert not re.search(rf'in-error|name="{box}" value', page.content.decode())
    assert (focused(page), Book.objects.count()) == ([box], len(known))


def test_another_title_may_have_the_same_isbn(desk: Client) -> None:
    add_book("Dune", isbn=DUNE)
    assert focused(scan_isbn(desk, copy_of="another")) == ["title"]
    assert scan_isbn(desk, copy_of="another", title="Emma", author_q="Jane Austen").status_code == 302
    assert Book.objects.get(title="Emma").isbn == DUNE


def test_what_the_page_was_about_counts_no_more_once_another_isbn_is_scanned(desk: Client) -> None:
    dune, emma = add_book("Dune", isbn=DUNE), add_book("Emma", isbn="9780141439587")
    page = scan_isbn(desk, "9780141439587", copy_of=dune)
    assert (page.status_code, Book.objects.count()) == (422, 2)
    assert re.search(rf'name="copy_of" value="{emma}"[^>]* checked', page.content.decode())


def test_who_wants_only_what_is_new_is_told_that_it_is_not(desk: Client) -> None:
    response = scan_isbn(desk, copy_of=add_book("Dune", isbn=DUNE), only_if_new="on")
    assert errors(response, "only_if_new") == "The library has “Dune” already."


def test_thirty_books_are_labelled_together_at_the_end(desk: Client) -> None:
    """Those of the day that had none, in one page of labels, until they are printed."""
    book_id = add_book("Dune", isbn=DUNE)
    for _ in range(29):
        scan_isbn(desk, copy_of=book_id)
    send(desk, "/add-copies", book_id=book_id, copies="1")
    scan_isbn(desk, copy_of=book_id, barcode=LABEL)
    page = desk.get("/add-new-book").content.decode()
    assert "30 books without labels were added in this sitting." in page
    (url,) = re.findall(r'href="(/book-labels\?book_ids=[^"]+)"', page)
    labels = desk.get(url).content.decode()
    assert labels.count('<div class="label">') == 30
    assert LABEL not in labels.replace(" ", "")
    assert 'name="book_ids"' in labels, "another sheet is chosen for the same books"
    assert "sitting" not in desk.get("/add-new-book?printed", follow=True).content.decode()
