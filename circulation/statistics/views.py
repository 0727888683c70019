"""Statistics: loans and returns over time, what is overdue by age, what is borrowed most, the stock by state."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from catalog.forms.lists import CursorForm
from catalog.models import Book
from circulation.domain.words import due_when_overdue_by, status_label
from circulation.queries import GetLoansOverTime, GetMostBorrowedBooks, GetOverdueByAge, GetStockByState
from circulation.queries.get_loans_over_time import DAY, LoansInPeriod
from circulation.queries.get_most_borrowed_books import BorrowedTitle
from circulation.queries.get_overdue_by_age import OverdueAge
from circulation.queries.get_stock_by_state import StockInState
from circulation.reading.spans import span_of
from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.cqrs.texts import grouped
from library_site.html.pages import Group, page

from . import charts
from .charts import Bar, Size
from .forms import GetLoansOverTimeForm, GetMostBorrowedBooksForm
from .statistic_view import StatisticView
from .words import BUSIEST, IN_STATE, axis_label, counted_loans, days_from_to, most_borrowed, overdue_by

LATE = 29
"""Days after which a book that is overdue is a case of its own."""


@page("statistics/loans", group=Group.STATISTICS, place=10, purpose=gettext_lazy("By day, week or month"))
class GetLoansOverTimeView(StatisticView):
    form_class = GetLoansOverTimeForm
    lead = gettext_lazy("In the last 30 days, unless you choose others.")
    empty = gettext_lazy("Nothing was lent in this time, and nothing came back.")
    pictured = MAX_PAGE_SIZE

    def headings(self, message: GetLoansOverTime) -> list[str]:
        days = [_("Day")] if message.by == DAY else [_("From"), _("To")]
        return [*days, _("Loans"), _("Returns")]

    def values(self, message: GetLoansOverTime, row: LoansInPeriod) -> list[Any]:
        days = [row.first] if message.by == DAY else [row.first, row.last]
        return [*days, row.loans, row.returns]

    def says(self, message: GetLoansOverTime, rows: Sequence[LoansInPeriod]) -> list[str]:
        loans, returns = sum(row.loans for row in rows), sum(row.returns for row in rows)
        if not loans and not returns:
            return []
        busiest = max(rows, key=lambda row: row.loans)
        return [
            _("{days}: {loans}, {returns}.").format(
                days=days_from_to(rows[0].first, rows[-1].last),
                loans=counted_loans(loans),
                returns=ngettext("{n} return", "{n} returns", returns).format(n=grouped(returns)),
            ),
            BUSIEST[message.by].format(
                days=days_from_to(busiest.first, busiest.last), loans=counted_loans(busiest.loans)
            ),
        ]

    def draw(self, message: GetLoansOverTime, rows: Sequence[LoansInPeriod], title: str, size: Size) -> bytes:
        series = {_("Loans"): [row.loans for row in rows], _("Returns"): [row.returns for row in rows]}
        return charts.lines(series, [axis_label(row.first, message.by) for row in rows], title=title, size=size)


@page("statistics/overdue", group=Group.STATISTICS, place=20, purpose=gettext_lazy("How late the books are"))
class GetOverdueByAgeView(StatisticView):
    form_class = CursorForm.of(GetOverdueByAge)
    empty = gettext_lazy("No book is overdue.")

    def headings(self, message: Any) -> list[str]:
        return [_("Overdue by"), _("Books")]

    def values(self, message: Any, row: OverdueAge) -> list[Any]:
        return [overdue_by(row), row.loans]

    def says(self, message: Any, rows: Sequence[OverdueAge]) -> list[str]:
        overdue = sum(row.loans for row in rows)
        late = sum(row.loans for row in rows if row.days_from >= LATE)
        if not overdue:
            return []
        return [
            ngettext("{n} book is overdue.", "{n} books are overdue.", overdue).format(n=grouped(overdue)),
            _("Of these, for more than {days} days: {n}.").format(days=LATE - 1, n=grouped(late)),
        ]

    def draw(self, message: Any, rows: Sequence[OverdueAge], title: str, size: Size) -> bytes:
        return charts.bars([Bar(overdue_by(row), row.loans) for row in rows], title=title, size=size)

    def url(self, row: OverdueAge) -> str:
        if row.days_to is None:
            return self.if_allowed("get_overdue_loans")
        today = timezone.localdate()
        first, last = due_when_overdue_by(row.days_to, today), due_when_overdue_by(row.days_from, today)
        return self.if_allowed("get_loans_due", first=first, last=last)


@page("statistics/most-borrowed", group=Group.STATISTICS, place=30, purpose=gettext_lazy("What people read"))
class GetMostBorrowedBooksView(StatisticView):
    form_class = GetMostBorrowedBooksForm
    lead = gettext_lazy("In the last 30 days, unless you choose others. Copies with one ISBN are counted together.")
    empty = gettext_lazy("Nothing was lent in this time.")

    def headings(self, message: Any) -> list[str]:
        return [_("Title"), _("Author"), _("ISBN"), _("Loans"), _("Rank")]

    def values(self, message: Any, row: BorrowedTitle) -> list[Any]:
        return [row.title, row.author_name, row.isbn, row.loans, row.rank]

    def says(self, message: GetMostBorrowedBooks, rows: Sequence[BorrowedTitle]) -> list[str]:
        if not rows:
            return []
        span = span_of(message.first, message.last, timezone.localdate())
        days, together = days_from_to(span.first, span.last), sum(row.loans for row in rows)
        first = _("{days}: {what}.").format(days=days, what=most_borrowed(rows, self.pictured))
        if not self.is_drawn(rows):
            return [first, _("No title was lent more than once: there is nothing to tell apart.")]
        has_ties = len({row.rank for row in rows}) < len(rows)
        return [
            first,
            ngettext("{n} title in the picture: {loans}.", "{n} titles in the picture: {loans}.", len(rows)).format(
                n=len(rows), loans=counted_loans(together)
            ),
            *([_("Titles with as many loans share a rank.")] if has_ties else []),
        ]

    def is_drawn(self, rows: Sequence[BorrowedTitle]) -> bool:
        """Bars of one loan each would all be as long."""
        return len(rows) == 1 or any(row.loans > 1 for row in rows)

    def draw(self, message: Any, rows: Sequence[BorrowedTitle], title: str, size: Size) -> bytes:
        return charts.bars([Bar(f"{row.rank}. {row.title}", row.loans) for row in rows], title=title, size=size)

    def url(self, row: BorrowedTitle) -> str:
        return self.if_allowed("get_book_file", book_id=row.id)


@page("statistics/stock", group=Group.STATISTICS, place=40, purpose=gettext_lazy("Where the books are"))
class GetStockByStateView(StatisticView):
    form_class = CursorForm.of(GetStockByState)
    empty = gettext_lazy("The library has no book yet.")

    def headings(self, message: Any) -> list[str]:
        return [_("State"), _("Books"), _("Overdue")]

    def values(self, message: Any, row: StockInState) -> list[Any]:
        return [status_label(row.status), row.books, row.overdue]

    def says(self, message: Any, rows: Sequence[StockInState]) -> list[str]:
        books = {row.status: row.books for row in rows}
        if not any(books.values()):
            return []
        withdrawn = books.pop(Book.Status.WITHDRAWN, 0)
        used, overdue = sum(books.values()), sum(row.overdue for row in rows)
        in_use = [IN_STATE[Book.Status(status)].format(n=grouped(count)) for status, count in books.items() if count]
        late = _("{n} overdue").format(n=grouped(overdue)) if overdue else ""
        apart = _("{n} withdrawn").format(n=grouped(withdrawn)) if withdrawn else ""
        parts = "; ".join(each for each in (", ".join(in_use), late, apart) if each)
        return [ngettext("{n} book in use.", "{n} books in use.", used).format(n=grouped(used)), f"{parts}."]

    def draw(self, message: Any, rows: Sequence[StockInState], title: str, size: Size) -> bytes:
        bars = []
        for row in rows:
            bars.append(Bar(status_label(row.status), row.books))
            if row.status == Book.Status.BORROWED:
                bars.append(Bar(_("of which overdue"), row.overdue, hatched=True))
        return charts.bars(bars, title=title, size=size)


STATISTICS = (GetLoansOverTimeView, GetOverdueByAgeView, GetMostBorrowedBooksView, GetStockByStateView)


class StatisticsView(LoginRequiredMixin, View):
    """All statistics at a glance, of those that somebody may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        views = [view() for view in STATISTICS]
        figures = []
        for view in views:
            view.setup(request)
            if request.user.has_perm(view.operation.permission):
                figures.append(view.figure(view.form_class.message()))
        if not figures:
            raise PermissionDenied
        shown = {"title": _("Statistics"), "figures": figures, "today": timezone.localdate()}
        return render(request, "statistics/overview.html", shown)
