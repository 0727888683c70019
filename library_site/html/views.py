"""What the HTML adapters share: a page per operation, and per command (per query: lists.py)."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from library_site.cqrs.context import Actor, Context
from library_site.cqrs.dispatcher import dispatch, permission_needed
from library_site.cqrs.errors import DomainError, NotAllowed
from library_site.cqrs.keys import is_key_used
from library_site.cqrs.messages import Query
from library_site.cqrs.operations import RegisteredOperation, operation_of
from library_site.cqrs.paging import Page
from library_site.cqrs.texts import sentences

from .forms import MessageForm, TaskForm
from .links import Link, task_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

T = TypeVar("T")

DONE_ALREADY = gettext_lazy("Done already, when this page was sent the first time, and not again.")

TYPED = "typed"
"""What the session keeps of a task that was sent after it had ended: the page, and what was typed there."""
KEPT = "kept"
"""What the session keeps for the page that comes after a task, which names it in its URL: the words that stay."""
NEXT_STEPS = "next_steps"
"""What the session keeps for the next page, beside the message of what was done."""


def look_up(query: Query[Page[T]], context: Context) -> list[T]:
    """The rows that a query finds; none for who may not ask."""
    try:
        return dispatch(query, context).rows
    except NotAllowed:
        return []


class MessageView(LoginRequiredMixin, View):
    """A page for one operation; staff without its permission are told so before they type anything.

    The permissions of what its search boxes look up are asked when they do.
    """

    form_class: ClassVar[type[MessageForm]]
    template_name: ClassVar[str]
    lead: ClassVar["StrOrPromise"] = ""

    @classmethod
    def url_patterns(cls, route: str, name: str) -> list[URLPattern]:
        return [path(route, cls.as_view(), name=name)]

    @property
    def operation(self) -> RegisteredOperation:
        return operation_of(self.form_class.message)

    @property
    def title(self) -> "StrOrPromise":
        return self.operation.title

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.headers.get("X-Requested-With") == "queue":
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)  # what a page's script sends waits there
        if request.user.is_authenticated and not request.user.has_perm(self.operation.permission):
            raise PermissionDenied(permission_needed(self.operation))
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as refusal:  # of what a search box looks up
            raise PermissionDenied(refusal.message) from refusal

    def context(self, **values: Any) -> Context:
        return Context(actor=Actor.of_user(self.request.user), source="html", **values)

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        values["focus_on_button"] = not form.take_focus(quietly="page" in values)
        next_steps = self.request.session.pop(NEXT_STEPS, [])
        return render(
            self.request,
            self.template_name,
            {
                "form": form,
                "title": self.title,
                "lead": self.lead,
                "today": timezone.localdate(),
                NEXT_STEPS: next_steps,
                **values,
            },
            status=status,
        )

    def look_up(self, query: Query[Page[T]]) -> list[T]:
        """The rows that a query finds; none for who may not ask."""
        return look_up(query, self.context())

    def task_links(self, *tasks: tuple[str, str, dict[str, Any]]) -> list[Link]:
        """Links to pages of tasks (text, slug, what is chosen beforehand), as far as the account may open them."""
        may = self.request.user.has_perm
        return [Link(text, task_url(slug, **chosen)) for text, slug, chosen in tasks if may(f"cqrs.{slug}")]


class TaskView(MessageView):
    """A command: its form; success is a redirect, failure the same page with what was typed (422)."""

    form_class: ClassVar[type[TaskForm]]
    template_name = "task.html"
    button: ClassVar["StrOrPromise"]
    keeps: ClassVar[tuple[str, ...]] = ()
    """The fields that stay filled in for the next scan: the page is the same again, and means the same."""

    def success_message(self, form: Any, result: Any) -> str:
        """What has been done, in a sentence."""
        raise NotImplementedError

    def warnings(self, form: Any, result: Any) -> list[str]:
        """What nobody may overlook: it is said in the largest type on the page."""
        return []

    def leads_to(self, form: Any, result: Any) -> str:
        """The page where the work goes on, of a task that does not go on with the same form."""
        return ""

    @property
    def stays(self) -> bool:
        """Whether it goes on with the same form, so that the next scan is for it, too."""
        return type(self).leads_to is TaskView.leads_to

    def next_url(self, form: Any, result: Any) -> str:
        """Where it leads to, or the same form again, with what it `keeps`."""
        if url := self.leads_to(form, result):
            return url
        picks = {name: form.cleaned_data[name] for name in self.keeps if name in form.picks()}
        if words := {name: form.cleaned_data[name] for name in self.keeps if name not in picks}:
            picks[KEPT] = form.page_key
            self.request.session[KEPT] = (picks[KEPT], words)
        return task_url(self.operation.slug, **picks)

    def next_steps(self, form: Any, result: Any) -> list[Link]:
        """What is likely to be done then, besides what the next page is for: see `task_links`."""
        return []

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(context=self.context())
        form.fill_in({name: str(value) for name, value in request.GET.items() if value})
        path, typed = request.session.pop(TYPED, ("", {}))
        if path == request.path:
            form.fill_in_again(typed)
        page, words = request.session.get(KEPT, ("", {}))
        if page and page == request.GET.get(KEPT):
            del request.session[KEPT]
            form.fill_in_again(words)
        return self.render_task(form)

    def render_task(self, form: TaskForm, **values: Any) -> HttpResponse:
        return self.render_page(form, button=self.button, stays=self.stays, keeps=self.keeps, **values)

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Sign in first. Of what was sent nothing was carried out; what was typed is there again afterwards."""
        if self.request.method == "POST":
            self.request.session[TYPED] = (self.request.path, self.form_class.typed(self.request.POST))
            messages.error(
                self.request,
                _(
                    "You were signed out, and what you sent was not carried out. Sign in: what you typed is kept. "
                    "Then send it again."
                ),
            )
        return super().handle_no_permission()

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES, context=self.context())
        is_valid = form.is_valid()
        if row := form.to_show():
            return self.show_first(form, row)
        if is_valid and (url := self.dispatch_form(form)):
            return redirect(url)
        if is_key_used(self.context(idempotency_key=form.idempotency_key)):
            messages.info(request, DONE_ALREADY)
            return redirect(request.get_full_path())
        return self.render_task(form, status=422)

    def show_first(self, sent: TaskForm, row: Any) -> HttpResponse:
        """The page with what was found, as if a link had chosen it: nothing is carried out or refused."""
        form = self.form_class(context=self.context())
        form.fill_in_again(sent.typed(self.request.POST))
        form.fill_in({sent.shows_first: str(row.id)})
        return self.render_task(form, status=422, question=self.question(row))

    def question(self, row: Any) -> str:
        """What is asked of what was found, before the task acts."""
        return _("This is what was found. Nothing has been done yet.")

    def dispatch_form(self, form: TaskForm) -> str | None:
        """Do what it asks, and say so; the URL to go to then. None when it was refused, which the form then says."""
        replayed: list[bool] = []
        try:
            context = self.context(idempotency_key=form.idempotency_key, on_replay=lambda: replayed.append(True))
            result = dispatch(form.to_message(), context)
        except DomainError as refusal:
            form.refuse(refusal)
            return None
        message = self.success_message(form, result)
        messages.success(self.request, sentences(str(DONE_ALREADY), message) if replayed else message)
        for warning in self.warnings(form, result):
            messages.warning(self.request, warning, extra_tags="look")
        self.request.session[NEXT_STEPS] = self.next_steps(form, result)
        return self.next_url(form, result)

    def next_task_url(self, operation: str, **chosen: Any) -> str:
        """The page of the next task, for those who may carry it out; else this page again."""
        may = self.request.user.has_perm(f"cqrs.{operation}")
        return task_url(operation, **chosen) if may else self.request.path
