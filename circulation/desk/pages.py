"""The desk in the browser: by posts that lead to the page again, or, with its script, answered row by row."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.generic import View

from circulation.queries import GetReservationsByUser, GetUserFile
from circulation.queries.get_user_file import UserFile
from circulation.states import WAITING
from library_site.cqrs import Context, Overtaken
from library_site.cqrs.barcodes import as_read
from library_site.cqrs.context import Actor
from library_site.cqrs.operations import operation_of
from library_site.html.links import task_url
from library_site.html.views import look_up

from .forms import DeskStateForm, ScanForm
from .rows import Row, choices_of
from .scan_handler import ScanHandler
from .scans import LEND, RETURN, Scan, read

SESSION_ROWS = "desk_rows"
"""What the session keeps of a desk without its script: the last rows, the newest first."""
MAX_ROWS = 20


class DeskState(NamedTuple):
    """What the desk does with a book, to whom it lends, and what waits for them on the hold shelf.

    `person` is None when nobody is there, and for who may not know more than that somebody is.
    """

    mode: str
    user_id: UUID | None
    person: UserFile | None
    waiting: list[Any]

    def url(self) -> str:
        """The page of the desk in this state."""
        asked = {"mode": self.mode} | ({"user_id": str(self.user_id)} if self.user_id else {})
        return f"{task_url('desk')}?{urlencode(asked)}"


class BaseDeskView(LoginRequiredMixin, View):
    """For who may lend or take back; others are led to the tasks that they may carry out.

    To the page's script, the desk says that nobody is signed in; what was scanned waits there.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and self.is_from_script():
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        if request.user.is_authenticated and not self.allowed_modes():
            problem = _("You may neither lend nor return books any more.")
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return JsonResponse({"problem": problem}, status=status) if self.is_from_script() else redirect("tasks")
        return super().dispatch(request, *args, **kwargs)

    def is_from_script(self) -> bool:
        """Whether it is the page's script that asks."""
        return self.request.get_preferred_type(["text/html", "application/json"]) == "application/json"

    def allowed_modes(self) -> list[str]:
        permissions = {LEND: "cqrs.borrow_book", RETURN: "cqrs.return_book"}
        return [mode for mode, permission in permissions.items() if self.request.user.has_perm(permission)]

    def context(self, **values: Any) -> Context:
        return Context(actor=Actor.of_user(self.request.user), source="html", **values)

    def desk_state(self, mode: str, user_id: UUID | None) -> DeskState:
        """Somebody who is no longer there, and a mode that the account has not, are as if nobody had asked."""
        modes, context = self.allowed_modes(), self.context()
        may_know = context.actor.may(operation_of(GetUserFile).permission)
        people = look_up(GetUserFile(user_id=user_id), context) if user_id else []
        reserved = look_up(GetReservationsByUser(user_id=people[0].id), context) if people and people[0].waiting else []
        waiting = [row for row in reserved if row.state == WAITING]
        somebody = user_id if people or not may_know else None
        return DeskState(mode if mode in modes else modes[0], somebody, people[0] if people else None, waiting)


class DeskView(BaseDeskView):
    """One box for cards and books: what is scanned is carried out at once, and each scan has a row."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET:
            request.session.pop(SESSION_ROWS, None)
        return self.page(self.desk_state(*DeskStateForm(request.GET).mode_and_user_id()))

    def page(self, desk: DeskState, *, status: int = 200, problem: str = "") -> HttpResponse:
        rows = self.session_rows()
        keyed = next((row.key for row in rows if row.choices or row.links or row.state.startswith("person")), None)
        shown = desk._asdict() | {"title": _("Desk"), "modes": self.allowed_modes(), "problem": problem}
        shown |= {"rows": rows, "keyed": keyed, "by_post": True, "scan_key": uuid4}
        return render(self.request, "desk/desk.html", shown, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ScanForm(request.POST)
        if not form.is_valid():
            problem = _("Nothing was scanned. Scan a barcode, or type an ISBN or the first letters of a name or title.")
            return self.not_done(problem, HTTPStatus.UNPROCESSABLE_ENTITY)
        scan, key = form.scan(), form.cleaned_data["scan_key"]
        try:
            outcome = ScanHandler(scan, self.context(idempotency_key=f"desk-{form.request_key()}")).handle()
        except Overtaken as refusal:
            return self.not_done(refusal.message, HTTPStatus.SERVICE_UNAVAILABLE)
        desk = self.desk_state(scan.mode, outcome.user_id)
        row = replace(outcome.row, key=str(key))
        if self.is_from_script():
            return JsonResponse(self.answer(row, desk))
        self.keep_row(row, instead_of=str(form.cleaned_data["row"]))
        return redirect(desk.url())

    def answer(self, row: Row, desk: DeskState) -> dict[str, Any]:
        return {
            "state": row.state,
            "row": render_to_string("desk/row.html", {"row": row}, self.request),
            "strip": render_to_string("desk/strip.html", desk._asdict(), self.request),
            "user_id": desk.user_id,
        }

    def not_done(self, problem: str, status: HTTPStatus) -> HttpResponse:
        """The scan has no row yet. The page's script sends one again for which the library was not ready."""
        if self.is_from_script():
            return JsonResponse({"problem": problem}, status=status)
        posted = DeskStateForm(self.request.POST)
        return self.page(self.desk_state(*posted.mode_and_user_id()), status=status, problem=problem)

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Sign in first. What was scanned was not carried out, and the page says so."""
        mode, user_id = DeskStateForm(self.request.POST).mode_and_user_id()
        if self.request.method == "POST":
            message = _("You were signed out, and “{typed}” was not carried out. Sign in, then scan it again.")
            messages.error(self.request, message.format(typed=self.request.POST.get("typed", "")[:100]))
            return redirect_to_login(DeskState(mode, user_id, None, []).url())
        return super().handle_no_permission()

    def session_rows(self) -> list[Row]:
        """The last rows; none, where another version of this program has kept them."""
        try:
            return msgspec.convert(self.request.session.get(SESSION_ROWS, []), list[Row])
        except msgspec.ValidationError:
            return []

    def keep_row(self, row: Row, instead_of: str) -> None:
        """In the place of the row with the key `instead_of`, or at the top."""
        rows = [kept for kept in self.session_rows() if kept.key != row.key]
        keys = [kept.key for kept in rows]
        if instead_of in keys:
            rows[keys.index(instead_of)] = row
        else:
            rows.insert(0, row)
        self.request.session[SESSION_ROWS] = msgspec.to_builtins(rows[:MAX_ROWS])


class FindView(BaseDeskView):
    """The people and books that may be meant, while letters are typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mode, user_id = DeskStateForm(request.GET).mode_and_user_id()
        scan = Scan(typed=as_read(request.GET.get("q", "")), mode=mode, user_id=user_id)
        meant = read(scan, self.context()) if scan.typed else None
        choices = choices_of(scan, meant.people, meant.books) if meant else []
        return JsonResponse({"found": render_to_string("desk/found.html", {"choices": choices}, request)})
