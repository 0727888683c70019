"""The index of tasks, whether the process is well, and what is said when it isn't."""

import sys
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from library_site.cqrs.answers import DATABASE_IS_DOWN, MEDIA_TYPE, RETRY_AFTER, UNAVAILABLE, problem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Task(NamedTuple):
    """A task as the index names it: the operation's slug, which is its page and its permission, and what it is for."""

    slug: str
    name: "StrOrPromise"
    purpose: "StrOrPromise"


DESK = {
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


@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks that the member of staff who is signed in may carry out."""
    groups = {
        gettext(group): [task for task in listed if request.user.has_perm(f"cqrs.{task.slug}")]
        for group, listed in DESK.items()
    }
    shown = {"groups": {group: listed for group, listed in groups.items() if listed}}
    return render(request, "tasks.html", shown | {"title": gettext("All tasks"), "statistics": gettext("Statistics")})


class SignIn(LoginView):
    """Staff sign in; a wrong password is said with the focus on the password."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        form.fields["username"].widget.attrs.pop("autofocus", None)
        form.fields["password"].widget.attrs["autofocus"] = True
        response = super().form_invalid(form)
        response.status_code = 422
        return response


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


@csrf_exempt  # as every view of REST framework, which answers a POST in its own words
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI schema, in English. What makes it is imported when it is asked for, as it would slow every start."""
    from drf_spectacular.views import SpectacularAPIView

    with translation.override("en"):
        made: Any = SpectacularAPIView.as_view()(request)
        return cast(HttpResponse, made.render())


@csrf_exempt
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})  # Swagger UI sets styles of its own
def documentation(request: HttpRequest) -> HttpResponse:
    """Swagger UI of the schema."""
    from drf_spectacular.views import SpectacularSwaggerSplitView

    return SpectacularSwaggerSplitView.as_view(url_name="schema")(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """What answers an error that nobody expected: 503 when the database is down, else 500; to programs, a problem."""
    if isinstance(sys.exc_info()[1], DATABASE_IS_DOWN):
        return unavailable(request)
    if _is_for_programs(request):
        return _problem(problem(500, "error", gettext("The fault is ours, and it is logged.")))
    return defaults.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: a problem for programs, a page for people."""
    if _is_for_programs(request):
        response = _problem(UNAVAILABLE)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(("/api/", "/healthz"))


def _problem(said: dict[str, Any]) -> HttpResponse:
    return JsonResponse(said, status=said["status"], content_type=MEDIA_TYPE)
