"""Lists of which several rows may be chosen at once: for a task on each of them, or for a file."""

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path, reverse

from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.cqrs.operations import all_operations

from .csv_files import csv_file, every_row
from .views import QueryView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE, CSV = "page", "csv"


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
