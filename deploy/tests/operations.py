"""How each operation is asked for: by the arguments of its message, and by the request of REST."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from deploy.tests.library import PERSON, Arranger, new_person, unique
from library_site.cqrs.operations import all_operations

JSON = {"Content-Type": "application/json"}


class Asked(NamedTuple):
    """An operation asked for: the arguments of its message, and the request that asks REST for the same."""

    arguments: dict[str, Any]
    method: str
    url: str
    document: Any = None
    status: int = 200


Case = Callable[[Arranger], Asked]
CASES: dict[str, Case] = {}


def case(prepare: Case) -> Case:
    """The way to ask for the operation whose slug is the function's name."""
    CASES["".join(word.title() for word in prepare.__name__.split("_"))] = prepare
    return prepare


@case
def add_new_book(arrange: Arranger) -> Asked:
    title, author = unique("Persuasion"), unique("Jane")
    arguments = {"title": title, "author_name": author}
    return Asked(arguments, "POST", "/api/book/new", {"title": title, "author": {"name": author}}, 201)


@case
def borrow_book(arrange: Arranger) -> Asked:
    book, person = arrange.book(), arrange.person()
    arguments = {"book_id": book, "user_id": person}
    return Asked(arguments, "POST", f"/api/book/{book}/borrow", {"user_id": person})


@case
def return_book(arrange: Arranger) -> Asked:
    book, _ = arrange.loan()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/return")


@case
def renew_loan(arrange: Arranger) -> Asked:
    book, _ = arrange.loan()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/renew")


@case
def report_missing_book(arrange: Arranger) -> Asked:
    book = arrange.book()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/missing")


@case
def report_found_book(arrange: Arranger) -> Asked:
    book = arrange.missing_book()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/found")


@case
def register_user(arrange: Arranger) -> Asked:
    person = new_person()
    return Asked(person, "POST", "/api/user/register", person, 201)


@case
def verify_user(arrange: Arranger) -> Asked:
    person = arrange.person()
    return Asked({"user_id": person}, "POST", f"/api/user/{person}/verify")


@case
def get_books_by_author(arrange: Arranger) -> Asked:
    author = arrange("AddNewBook", title=unique("Emma"), author_name=unique("Jane"))["author_id"]
    return Asked({"author_id": author}, "GET", f"/api/book/by-author/{author}")


@case
def get_borrowed_books_by_user(arrange: Arranger) -> Asked:
    _, person = arrange.loan()
    return Asked({"user_id": person}, "GET", f"/api/book/by-user/{person}")


@case
def get_missing_books(arrange: Arranger) -> Asked:
    arrange.missing_book()
    return Asked({"page_size": 2}, "GET", "/api/book/missing?page_size=2")


@case
def search_books(arrange: Arranger) -> Asked:
    title = unique("Wörter")
    arrange("AddNewBook", title=title, author_name=unique("Jane"))
    return Asked({"q": title}, "GET", f"/api/book/search?q={title.replace('ö', '%C3%B6')}")


@case
def search_authors(arrange: Arranger) -> Asked:
    arrange.book(author=f"{unique('Jane')} Fairfax")
    return Asked({"q": "jane fairf", "page_size": 1}, "GET", "/api/author/search?q=jane+fairf&page_size=1")


@case
def search_users(arrange: Arranger) -> Asked:
    arrange.person()
    return Asked({"q": PERSON, "page_size": 3}, "GET", f"/api/user/search?q={PERSON}&page_size=3")


IS_QUERY = {operation.name: operation.is_query for operation in all_operations()}
OPERATIONS = pytest.mark.parametrize("operation", CASES)
COMMANDS = pytest.mark.parametrize("operation", [name for name in CASES if not IS_QUERY.get(name)])
QUERIES = pytest.mark.parametrize("operation", [name for name in CASES if IS_QUERY.get(name)])
