"""Forms of the statistics: which days, and what to count by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from circulation.forms.days import DaysForm
from circulation.queries import GetLoansOverTime, GetMostBorrowedBooks
from circulation.queries.get_loans_over_time import DAY, MONTH, WEEK
from circulation.reading.spans import span_of
from library_site.cqrs.messages import MAX_PAGE_SIZE


class GetLoansOverTimeForm(DaysForm):
    message = GetLoansOverTime
    days = staticmethod(span_of)

    by = forms.ChoiceField(
        label=_("By"), required=False, choices=[(DAY, _("Day")), (WEEK, _("Week")), (MONTH, _("Month"))]
    )

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or DAY

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or MAX_PAGE_SIZE


class GetMostBorrowedBooksForm(DaysForm):
    message = GetMostBorrowedBooks
    days = staticmethod(span_of)
