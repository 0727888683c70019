"""A task on many things: what will be done with each, and then what became of each.

Each row is a command of its own, with its own key and its own entry in the journal, by the form of the task's page.
What is sent again after a broken connection is done where it was not, and replayed where it was.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from library_site.cqrs.dispatcher import permission_needed
from library_site.cqrs.errors import NotAllowed
from library_site.cqrs.messages import MAX_PAGE_SIZE

from .forms import PAGE_KEY, TaskForm
from .links import Link, task_url
from .lists import ListView
from .pages import RegisteredPage, pages_by_group
from .picks import Pick
from .views import NEXT_STEPS, TaskView

MOST = MAX_PAGE_SIZE
"""How many rows are sent at once: no page of a list has more."""

DONE, REFUSED, GONE = "done", "refused", "gone"


@dataclass
class Line:
    """A row that was chosen: what it is, what was said of it, and what helps where it was refused."""

    id: str
    row: Any
    state: str = ""
    said: list[str] = field(default_factory=list)
    remedies: list[Link] = field(default_factory=list)


def pages_for_many() -> dict[str, RegisteredPage]:
    """The pages of the tasks that some list offers for many of its rows, by their names."""
    pages = {page.slug: page for pages in pages_by_group().values() for page in pages}
    lists = [page.view for page in pages.values() if issubclass(page.view, ListView)]
    return {slug: pages[slug] for view in lists for slug in view.many}


class ManyView(LoginRequiredMixin, View):
    """First what is to be done with each, for what all have in common (a reason); then the answer for each."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """What was chosen is not in the URL: after signing in, it is chosen again."""
        return redirect("tasks")

    def post(self, request: HttpRequest) -> HttpResponse:
        page = pages_for_many().get(request.POST.get("task", ""))
        if page is None:
            raise Http404
        if not request.user.has_perm(page.operation.permission):
            raise PermissionDenied(permission_needed(page.operation))
        ids = list(dict.fromkeys(request.POST.getlist("row")))[:MOST]
        if page.operation.is_query:
            return redirect(task_url(page.slug, **{page.view.form_class.chosen: ",".join(ids)}))
        if not issubclass(page.view, TaskView):
            raise Http404
        try:
            return _Many(request, page, page.view).answer(ids)
        except NotAllowed as refusal:  # of what says which rows they are
            raise PermissionDenied(refusal.message) from refusal


class _Many:
    """A request to carry out the task of a page on many rows."""

    def __init__(self, request: HttpRequest, page: RegisteredPage, view: type[TaskView]) -> None:
        self.request, self.page, self.view, self.form_class = request, page, view, view.form_class
        picks = ((name, each) for name, each in self.form_class.base_fields.items() if isinstance(each, Pick))
        self.subject, self.pick = next(picks)

    def answer(self, ids: list[str]) -> HttpResponse:
        sent = "go" in self.request.POST
        common = self._form(self._data() if sent else None)
        del common.fields[self.subject]
        lines = [Line(id, self._row(id)) for id in ids]
        for line in lines:
            if line.row is None:
                line.state, line.said = GONE, [_("It is no longer there.")]
        is_valid = common.is_valid() if sent else False
        if is_valid:
            for line in lines:
                self._carry_out(line)
        return self._page(common, lines, status=422 if sent and not is_valid else 200)

    def _page(self, common: TaskForm, lines: list[Line], *, status: int) -> HttpResponse:
        states = [line.state for line in lines]
        shown = {
            "title": self.page.name,
            "task": self.page.slug,
            "kind": self.pick.kind,
            "form": common,
            "page_key": self.request.POST.get(PAGE_KEY) or str(uuid4()),
            "lines": lines,
            "done": states.count(DONE),
            "refused": states.count(REFUSED),
            "waiting": states.count(""),
            "button": self.view.button,
            "back": _path(self.request.POST.get("back", "")),
            "focus_on_button": not common.take_focus(),
        }
        return render(self.request, "many.html", shown, status=status)

    def _carry_out(self, line: Line) -> None:
        """Do it, as the page of the task does; the line says what that page would."""
        if line.row is None:
            return
        view = self.view()
        view.setup(self.request)
        form = self._form(self._data() | {self.subject: line.id})
        before = len(list(messages.get_messages(self.request)))
        is_done = form.is_valid() and view.dispatch_form(form) is not None
        said = list(messages.get_messages(self.request))[before:]
        self.request.session.pop(NEXT_STEPS, None)
        line.state = DONE if is_done else REFUSED
        line.said = [str(each) for each in said] or [str(text) for each in form.errors.values() for text in each]
        line.remedies = [link for links in form.remedies.values() for link in links]
        line.row = self._row(line.id) or line.row

    def _form(self, entries: dict[str, str] | None) -> TaskForm:
        """A form of the task; what is sent with it is all that its key is made of."""
        data = None
        if entries is not None:
            data = QueryDict(mutable=True)
            data.update(entries)
        view = self.view()
        view.setup(self.request)
        return self.form_class(data, context=view.context())

    def _data(self) -> dict[str, str]:
        """What all rows have in common."""
        names = {PAGE_KEY, *self.form_class.base_fields} - {self.subject}
        return {name: str(value) for name, value in self.request.POST.items() if name in names}

    def _row(self, id: str) -> Any:
        found = self._form(None).picks()[self.subject].find("", id)
        return found[0] if len(found) == 1 and str(found[0].id) == id else None


def _path(url: str) -> str:
    """The path and query of a page of ours; empty for anything else."""
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""
