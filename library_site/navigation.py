"""All tasks, the group of them that a page belongs to, and two pages for guidance: of the tasks, and of the keys."""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Task(NamedTuple):
    """A task as the index names it: the operation's slug, which is its page and its permission, and what it is for."""

    slug: str
    name: "StrOrPromise"
    purpose: "StrOrPromise"


TASKS = {
    gettext_noop("Lending"): [
        Task("borrow_book", _("Borrow"), _("Lend books to a person")),
        Task("return_book", _("Return"), _("Take a book back")),
        Task("renew_loan", _("Renew"), _("Keep a book for longer")),
        Task("get_borrowed_books_by_user", _("Borrowed books"), _("What a person has, and until when")),
    ],
    gettext_noop("Lists"): [
        Task("get_overdue_loans", _("Overdue"), _("What should be back by now")),
        Task("get_loans_due", _("Due"), _("Today, or on other days")),
        Task("get_past_loans_by_user", _("Past loans"), _("What a person has brought back")),
        Task("get_book_history", _("Book history"), _("Who has had a book")),
        Task("get_journal", _("Journal"), _("Who did what")),
    ],
    gettext_noop("Every day"): [
        Task("expire_reservations", _("Expire reservations"), _("What was not collected in time")),
        Task("end_suspensions", _("End suspensions"), _("Those that are over")),
        Task("set_calendar_exception", _("Closed days"), _("Closed or open out of turn")),
    ],
    gettext_noop("People"): [
        Task("get_user_file", _("Person"), _("Standing, books, reservations")),
        Task("search_users", _("People"), _("Find somebody")),
        Task("register_user", _("Register"), _("Somebody new")),
        Task("verify_user", _("Verify"), _("You have seen who it is")),
        Task("change_contact", _("Change contact"), _("Name, e-mail, or a new card")),
        Task("get_card_labels", _("Card labels"), _("Barcodes to print, for library cards")),
        Task("suspend_user", _("Suspend"), _("No borrowing, for a reason")),
        Task("reinstate_user", _("Reinstate"), _("End a suspension")),
    ],
    gettext_noop("Missing books"): [
        Task("report_missing_book", _("Report missing"), _("A book cannot be found")),
        Task("report_found_book", _("Report found"), _("A missing book has turned up")),
        Task("get_missing_books", _("Missing books"), _("What to look for on the shelves")),
    ],
    gettext_noop("Catalogue"): [
        Task("search_books", _("Books"), _("Find a book")),
        Task("get_book_file", _("Book"), _("Where it is, who waits, who had it")),
        Task("add_new_book", _("Add new book"), _("A title that is new to the library")),
        Task("add_copies", _("Add copies"), _("More of a book that the library has")),
        Task("get_book_labels", _("Book labels"), _("Barcodes to print and stick on")),
        Task("correct_book", _("Correct"), _("Title, ISBN, author or barcode")),
        Task("withdraw_book", _("Withdraw"), _("Take a book out of use")),
        Task("restore_book", _("Restore"), _("Take it into use again")),
        Task("search_authors", _("Authors"), _("Find an author")),
        Task("get_books_by_author", _("Books by author"), _("What the library has of somebody")),
    ],
    gettext_noop("Reservations"): [
        Task("place_reservation", _("Reserve"), _("Let a person wait for a title")),
        Task("cancel_reservation", _("Cancel reservation"), _("Somebody waits no longer")),
        Task("move_reservation", _("Move in the queue"), _("Give somebody another place")),
        Task("get_hold_shelf", _("Hold shelf"), _("What waits there, and for whom")),
        Task("get_reservation_queue", _("Queue"), _("Who waits for a title")),
        Task("get_reservations_by_user", _("Reservations by person"), _("What somebody waits for")),
    ],
    gettext_noop("Statistics"): [
        Task("get_loans_over_time", _("Loans and returns"), _("By day, week or month")),
        Task("get_overdue_by_age", _("Overdue by age"), _("How late the books are")),
        Task("get_most_borrowed_books", _("Most borrowed"), _("What people read")),
        Task("get_stock_by_state", _("Stock by state"), _("Where the books are")),
    ],
}
"""All tasks, by group: those of every day first."""

INDEXES = ("search_users", "search_books", "get_missing_books")
"""Pages from which others of their group are reached; those of other groups are reached from the index of tasks."""


class Group(NamedTuple):
    """The group of tasks that a page belongs to, and the page that leads to its pages, by the name of its URL."""

    text: str
    page: str


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the group of the page."""
    return {"group": SimpleLazyObject(lambda: group_of(request))}


def group_of(request: HttpRequest) -> Group | None:
    here = request.resolver_match.url_name if request.resolver_match else None
    for text, listed in TASKS.items():
        slugs = [task.slug for task in listed]
        if here in slugs:
            return Group(gettext(text), next((slug for slug in slugs if slug in INDEXES), "tasks"))
    return None


@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks that the member of staff who is signed in may carry out."""
    groups = {
        gettext(group): [task for task in listed if request.user.has_perm(f"cqrs.{task.slug}")]
        for group, listed in TASKS.items()
    }
    shown = {"groups": {group: listed for group, listed in groups.items() if listed}}
    return render(request, "tasks.html", shown | {"title": gettext("All tasks"), "statistics": gettext("Statistics")})


@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """What can be done without a mouse."""
    return render(request, "keys.html", {"title": gettext("Keys")})
