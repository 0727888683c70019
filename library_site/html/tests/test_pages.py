"""What a view says of its page: its URL, and its entry in the list of all tasks."""

import pytest

from circulation.views.lending import BorrowBookView
from library_site.html.pages import Group, page
from library_site.navigation import all_tasks


def test_an_operation_has_one_page() -> None:
    with pytest.raises(TypeError, match="BorrowBook has a page already"):
        page("lend", group=Group.LENDING, place=10, purpose="Lend it again")(BorrowBookView)


def test_a_page_has_a_place_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("library_site.html.pages._pages", {"return_book": all_tasks()[Group.LENDING][1]})
    with pytest.raises(TypeError, match="BorrowBook needs another place: 20 in lending is taken by ReturnBook"):
        page("lend", group=Group.LENDING, place=20, purpose="Lend it again")(BorrowBookView)


def test_tasks_stand_in_their_groups_by_their_places_whichever_app_they_are_of() -> None:
    books = all_tasks()[Group.CATALOGUE]

    assert [task.slug for task in books][:3] == ["search_books", "get_book_file", "add_new_book"]
    assert [task.name for task in books][:3] == ["Books", "Book", "Add new book"]
