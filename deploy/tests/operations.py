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
def add_copies(arrange: Arranger) -> Asked:
    book = arrange.book()
    return Asked({"book_id": book, "copies": 2}, "POST", f"/api/book/{book}/copies", {"copies": 2}, 201)


@case
def correct_book(arrange: Arranger) -> Asked:
    book, title, author = arrange.book(), unique("Persuasion"), unique("Jane")
    arguments = {"book_id": book, "title": title, "author_name": author}
    return Asked(arguments, "POST", f"/api/book/{book}/correct", {"title": title, "author": {"name": author}})


@case
def withdraw_book(arrange: Arranger) -> Asked:
    book, why = arrange.book(), {"reason": "Worn out."}
    return Asked({"book_id": book} | why, "POST", f"/api/book/{book}/withdraw", why)


@case
def restore_book(arrange: Arranger) -> Asked:
    book = arrange.book()
    arrange("WithdrawBook", book_id=book, reason="Worn out.")
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/restore")


@case
def place_reservation(arrange: Arranger) -> Asked:
    (book, _), person = arrange.loan(), arrange.person()
    return Asked({"book_id": book, "user_id": person}, "POST", f"/api/book/{book}/reserve", {"user_id": person}, 201)


@case
def cancel_reservation(arrange: Arranger) -> Asked:
    reservation, *_ = arrange.reservation()
    return Asked({"reservation_id": reservation}, "POST", f"/api/reservation/{reservation}/cancel")


@case
def move_reservation(arrange: Arranger) -> Asked:
    (reservation, *_), place = arrange.reservation(), {"position": 1, "reason": "An exam."}
    return Asked({"reservation_id": reservation} | place, "POST", f"/api/reservation/{reservation}/move", place)


@case
def expire_reservations(arrange: Arranger) -> Asked:
    return Asked({}, "POST", "/api/reservation/expire")


@case
def change_contact(arrange: Arranger) -> Asked:
    person, contact = arrange.person(), new_person()
    return Asked({"user_id": person} | contact, "POST", f"/api/user/{person}/contact", contact)


@case
def suspend_user(arrange: Arranger) -> Asked:
    person, why = arrange.person(), {"reason": "Unpaid fees.", "until": "2099-12-31"}
    return Asked({"user_id": person} | why, "POST", f"/api/user/{person}/suspend", why)


@case
def reinstate_user(arrange: Arranger) -> Asked:
    person, why = arrange.person(), {"reason": "Paid."}
    arrange("SuspendUser", user_id=person, reason="Unpaid fees.")
    return Asked({"user_id": person} | why, "POST", f"/api/user/{person}/reinstate", why)


@case
def end_suspensions(arrange: Arranger) -> Asked:
    return Asked({}, "POST", "/api/user/end-suspensions")


@case
def set_calendar_exception(arrange: Arranger) -> Asked:
    closed = {"day": "2099-12-25", "is_open": False, "note": "Christmas Day"}
    return Asked(closed, "POST", "/api/calendar/exception", closed)


@case
def get_user_file(arrange: Arranger) -> Asked:
    person = arrange.person()
    return Asked({"user_id": person}, "GET", f"/api/user/{person}/file")


@case
def get_past_loans_by_user(arrange: Arranger) -> Asked:
    _, person = arrange.past_loan()
    return Asked({"user_id": person}, "GET", f"/api/user/{person}/past-loans")


@case
def get_reservations_by_user(arrange: Arranger) -> Asked:
    _, _, person = arrange.reservation()
    return Asked({"user_id": person}, "GET", f"/api/reservation/by-user/{person}")


@case
def get_reservation_queue(arrange: Arranger) -> Asked:
    _, book, _ = arrange.reservation()
    return Asked({"book_id": book}, "GET", f"/api/reservation/by-book/{book}")


@case
def get_book_file(arrange: Arranger) -> Asked:
    _, book, _ = arrange.reservation()
    return Asked({"book_id": book}, "GET", f"/api/book/{book}/file")


@case
def get_book_history(arrange: Arranger) -> Asked:
    book, _ = arrange.past_loan()
    return Asked({"book_id": book}, "GET", f"/api/book/{book}/history")


@case
def get_overdue_loans(arrange: Arranger) -> Asked:
    arrange.overdue_loan()
    return Asked({"page_size": 2}, "GET", "/api/book/overdue?page_size=2")


@case
def get_loans_due(arrange: Arranger) -> Asked:
    arrange.loan()
    days = {"first": "2000-01-01", "last": "2099-12-31"}
    return Asked(days | {"page_size": 2}, "GET", "/api/book/due?first=2000-01-01&last=2099-12-31&page_size=2")


@case
def get_hold_shelf(arrange: Arranger) -> Asked:
    arrange("PlaceReservation", book_id=arrange.book(), user_id=arrange.person())
    return Asked({"page_size": 2}, "GET", "/api/book/on-hold?page_size=2")


@case
def get_loans_over_time(arrange: Arranger) -> Asked:
    arrange.past_loan()
    days = {"first": "2026-01-01", "last": "2026-12-31"}
    return Asked(days | {"by": "month"}, "GET", "/api/statistics/loans?first=2026-01-01&last=2026-12-31&by=month")


@case
def get_overdue_by_age(arrange: Arranger) -> Asked:
    arrange.overdue_loan()
    return Asked({"page_size": 3}, "GET", "/api/statistics/overdue?page_size=3")


@case
def get_most_borrowed_books(arrange: Arranger) -> Asked:
    arrange.loan()
    days = {"first": "2000-01-01", "last": "2099-12-31"}
    route = "/api/statistics/most-borrowed?first=2000-01-01&last=2099-12-31&page_size=2"
    return Asked(days | {"page_size": 2}, "GET", route)


@case
def get_stock_by_state(arrange: Arranger) -> Asked:
    arrange.book()
    return Asked({}, "GET", "/api/statistics/stock")


@case
def get_journal(arrange: Arranger) -> Asked:
    book, _ = arrange.loan()
    arguments = {"book_id": book, "operation": "BorrowBook"}
    return Asked(arguments, "GET", f"/api/journal?book_id={book}&operation=BorrowBook")


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
def get_book_labels(arrange: Arranger) -> Asked:
    first = arrange("AddNewBook", title=unique("Emma"), author_name=unique("Jane"))["barcode"]
    return Asked({"first": first}, "GET", f"/api/book/labels?first={first}")


@case
def get_card_labels(arrange: Arranger) -> Asked:
    first = arrange("GetUserFile", user_id=arrange.person())["results"][0]["barcode"]
    return Asked({"first": first}, "GET", f"/api/user/labels?first={first}")


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
