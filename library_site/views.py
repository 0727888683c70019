"""The index of tasks, whether the process is well, and what is said when it isn't."""

import sys
from typing import Any, NamedTuple

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from library_site.cqrs.problems import DATABASE_IS_DOWN, MEDIA_TYPE, UNAVAILABLE, Unavailable, problem


class Task(NamedTuple):
    """A task as the index names it: the operation's slug, which is its page and its permission, and what it is for."""

    slug: str
    name: str
    purpose: str


DESK = {
    "Lending": [
        Task("borrow_book", "Borrow", "Lend books to a person"),
        Task("return_book", "Return", "Take a book back"),
        Task("renew_loan", "Renew", "Keep a book for longer"),
        Task("get_borrowed_books_by_user", "Borrowed books", "What a person has, and until when"),
    ],
    "Reservations": [
        Task("place_reservation", "Reserve", "Let a person wait for a title"),
        Task("cancel_reservation", "Cancel reservation", "Somebody waits no longer"),
        Task("move_reservation", "Move in the queue", "Give somebody another place"),
        Task("get_hold_shelf", "Hold shelf", "What waits there, and for whom"),
        Task("get_reservation_queue", "Queue", "Who waits for a title"),
        Task("get_reservations_by_user", "Reservations by person", "What somebody waits for"),
    ],
    "Missing books": [
        Task("report_missing_book", "Report missing", "A book cannot be found"),
        Task("report_found_book", "Report found", "A missing book has turned up"),
        Task("get_missing_books", "Missing books", "What to look for on the shelves"),
    ],
    "People": [
        Task("get_user_file", "Person", "How somebody stands, books, reservations"),
        Task("search_users", "People", "Find somebody"),
        Task("register_user", "Register", "Somebody new who wants to borrow"),
        Task("verify_user", "Verify", "You have seen who it is"),
        Task("change_contact", "Change contact", "Name, e-mail address, or a new card"),
        Task("suspend_user", "Suspend", "No borrowing, for a reason"),
        Task("reinstate_user", "Reinstate", "End a suspension"),
    ],
    "Catalogue": [
        Task("search_books", "Books", "Find a book"),
        Task("get_book_file", "Book", "Where it is, who waits, who had it"),
        Task("add_new_book", "Add new book", "A title that is new to the library"),
        Task("add_copies", "Add copies", "More of a book that the library has"),
        Task("correct_book", "Correct", "Title, ISBN, author or barcode"),
        Task("withdraw_book", "Withdraw", "Take a book out of use"),
        Task("restore_book", "Restore", "Take it into use again"),
        Task("search_authors", "Authors", "Find an author"),
        Task("get_books_by_author", "Books by author", "What the library has of somebody"),
    ],
    "Lists": [
        Task("get_overdue_loans", "Overdue", "What should be back by now"),
        Task("get_loans_due", "Due", "What is due today, or on other days"),
        Task("get_past_loans_by_user", "Past loans", "What a person has brought back"),
        Task("get_book_history", "Book history", "Who has had a book"),
        Task("get_journal", "Journal", "Who did what"),
    ],
    "Every day": [
        Task("expire_reservations", "Expire reservations", "What was not collected in time"),
        Task("end_suspensions", "End suspensions", "Those that are over"),
        Task("set_calendar_exception", "Closed days", "Closed or open out of turn"),
    ],
}
"""All tasks, by group."""


@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks that the member of staff who is signed in may carry out."""
    groups = {
        group: [task for task in listed if request.user.has_perm(f"cqrs.{task.slug}")] for group, listed in DESK.items()
    }
    return render(request, "tasks.html", {"groups": {group: listed for group, listed in groups.items() if listed}})


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
    """The OpenAPI schema. What makes it is imported when somebody asks for it, as it would slow every start."""
    from drf_spectacular.views import SpectacularAPIView

    return SpectacularAPIView.as_view()(request)


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
        return _problem(problem(500, "error", "The fault is ours, and it is logged."))
    return defaults.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: a problem for programs, a page for people."""
    if _is_for_programs(request):
        response = _problem(UNAVAILABLE)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(Unavailable.wait)
    return response


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(("/api/", "/healthz"))


def _problem(said: dict[str, Any]) -> HttpResponse:
    return JsonResponse(said, status=said["status"], content_type=MEDIA_TYPE)
