"""A page per query: a list; of some, several rows may be chosen at once, for a task on each of them, or for a file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, re_path, reverse

from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.errors import InvalidInput
from library_site.cqrs.messages import MAX_PAGE_SIZE, Query
from library_site.cqrs.operations import all_operations
from library_site.cqrs.paging import Page

from .csv_files import csv_file, every_row
from .forms import MessageForm
from .links import Link
from .views import MessageView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE, CSV = "page", "csv"


class QueryView(MessageView):
    """A query: its form (if it takes anything) and a page of rows, under a URL that can be kept."""

    template_name = "list.html"
    table: ClassVar[str]
    empty: ClassVar["StrOrPromise"]

    def text_if_empty(self, form: Any) -> str:
        """What it means that there is nothing."""
        return str(self.empty)

    def links_if_empty(self, form: Any) -> list[Link]:
        """What to do next where there is nothing: see `task_links`."""
        return []

    def exact_match_url(self, form: Any, page: Any) -> str | None:
        """The page that is meant, where there can be no doubt: of a whole barcode."""
        return None

    def barcode_match_url(self, slug: str, subject: str, typed: str, page: Page[Any]) -> str | None:
        """The page of the one thing that has the barcode that was typed or scanned, for who may open it."""
        if len(page.rows) != 1 or not barcode_key(typed) or barcode_key(page.rows[0].barcode) != barcode_key(typed):
            return None
        return next((link.url for link in self.task_links(("", slug, {subject: page.rows[0].id}))), None)

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = any(request.GET.get(name) for name in request.GET)
        needs = any(field.required for field in self.form_class.base_fields.values())
        form = self.form_class(request.GET if asked or not needs else None, context=self.context())
        if not form.is_bound:
            return self.render_page(form)
        if not form.is_valid():
            return self.render_page(form, status=422)
        try:
            page = dispatch(self.message(form), self.context())
        except InvalidInput as refusal:
            for error in refusal.errors:
                form.add_error(error.field if error.field in form.fields else None, error.detail)
            return self.render_page(form, status=422)
        url = None if request.headers.get("HX-Request") else self.exact_match_url(form, page)
        return redirect(url) if url else self.render_page(form, **self.page_context(form, page))

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        values = {"table": self.table, "about": [*_about(form)]} | values
        if "page" in values and not values["page"].rows:
            values |= {"empty": self.text_if_empty(form), "links_if_empty": self.links_if_empty(form)}
        return super().render_page(form, status=status, **values)

    def message(self, form: Any) -> Query[Page[Any]]:
        """What is asked."""
        return cast(Query[Page[Any]], form.to_message())

    def page_context(self, form: Any, page: Any) -> dict[str, Any]:
        """What the template shows of a page of rows."""
        return {"page": page, "next_url": self._url(page.next), "previous_url": self._url(page.previous)}

    def _url(self, cursor: str | None) -> str | None:
        query = self.request.GET.copy()
        query["cursor"] = cursor or ""
        return cursor and f"{self.request.path}?{query.urlencode()}"


def _about(form: MessageForm) -> Iterator[tuple[str, Any]]:
    """Whom or what a list is about: the kind, and the row. What must be chosen is said once, above the list."""
    for field in form.picks().values():
        if field.picked:
            yield field.kind, field.picked
            field.widget.rows = [] if field.required else field.widget.rows


class ListView(QueryView):
    """A list whose rows have a box each; by its `kind` the page, or the file.

    `many` are the tasks for several rows, by the names of their pages (see many.py); `columns` are the headings of the
    file, by the fields of the rows.
    """

    many: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[dict[str, "StrOrPromise"]]
    kind = PAGE
    chosen: frozenset[str] = frozenset()

    @classmethod
    def url_patterns(cls, route: str, name: str) -> list[URLPattern]:
        """Of the page, and of its file."""
        file = re_path(rf"^{re.escape(route)}\.(?P<kind>{CSV})$", cls.as_view(), name=name)
        return [*super().url_patterns(route, name), file]

    def value(self, row: Any, name: str) -> Any:
        """What stands in a column of the file."""
        return getattr(row, name)

    def get(self, request: HttpRequest, kind: str = PAGE) -> HttpResponse:
        self.kind = kind
        return super().get(request)

    def post(self, request: HttpRequest, kind: str = PAGE) -> HttpResponse:
        """The file of the rows that were chosen on a page; of all, when none was."""
        if kind != CSV:
            return self.http_method_not_allowed(request)
        self.chosen = frozenset(request.POST.getlist("row"))
        return self.get(request, kind)

    def message(self, form: Any) -> Any:
        """A file is of all the rows, whichever page is shown, unless some of that page are chosen."""
        message: Any = super().message(form)
        is_of_all = self.kind == CSV and not self.chosen
        return replace(message, cursor=None, page_size=MAX_PAGE_SIZE) if is_of_all else message

    def page_context(self, form: Any, page: Any) -> dict[str, Any]:
        if self.kind == CSV:
            return {"page": page, "message": self.message(form)}
        asked = self.request.GET.copy()
        asked["all"] = "1"
        return super().page_context(form, page) | {
            "many": self._tasks_for_many(),
            "csv_url": f"{reverse(self.operation.slug, kwargs={'kind': CSV})}?{self.request.GET.urlencode()}",
            "all_url": f"?{asked.urlencode()}",
            "all_chosen": "all" in self.request.GET,
        }

    def render_page(self, form: Any, *, status: int = 200, **values: Any) -> Any:
        if "message" not in values:
            return super().render_page(form, status=status, **values)
        message, page = values["message"], values["page"]
        rows = every_row(message, page, self.context())
        if self.chosen:  # which may stand on a later page by now
            rows = islice((row for row in rows if str(row.id) in self.chosen), len(self.chosen))
        lines = ([self.value(row, name) for name in self.columns] for row in rows)
        return csv_file(message, [str(heading) for heading in self.columns.values()], lines)

    def _tasks_for_many(self) -> list[tuple[str, str]]:
        """Those that the account may carry out: the name of the page, and the title."""
        titles = {operation.slug: str(operation.title) for operation in all_operations()}
        may = self.request.user.has_perm
        return [(slug, titles[slug]) for slug in self.many if may(f"cqrs.{slug}")]
