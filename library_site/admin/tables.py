"""Lists and searches of tables that may be large."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from .task_links import TaskLinksAdmin

MAX_ROWS_LISTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic for the type checker only
    """Counts no further than MAX_ROWS_LISTED: nobody pages so far, and a count of the whole table takes seconds."""

    @cached_property
    def count(self) -> int:
        rows = cast(QuerySet[Any], self.object_list)
        return rows.order_by().values("pk")[:MAX_ROWS_LISTED].count()


class LargeTableAdmin(TaskLinksAdmin):
    """Lists and searches that cost the same however many rows there are."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @staticmethod
    def matching(q: str) -> Q:
        """The rows that a person means who types `q`."""
        raise NotImplementedError

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Django's; what a database can't compare with is a junk query like any other."""
        if any("\0" in value for value in request.GET.values()):
            raise IncorrectLookupParameters
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Django's, by `matching`; a list without a search box is not narrowed by what a link says."""
        is_searched = bool(search_term.strip() and self.get_search_fields(request))
        return (queryset.filter(self.matching(search_term)) if is_searched else queryset), False


class ReadOnlyAdmin(LargeTableAdmin):
    """A table that only commands write to."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
