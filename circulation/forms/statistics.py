"""Forms of the statistics: which days, and what to count by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import CursorForm
from circulation.queries import GetLoansOverTime, GetMostBorrowedBooks, GetOverdueByAge, GetStockByState
from circulation.queries.get_loans_over_time import DAY, MONTH, WEEK
from library_site.cqrs.form_fields import day_field
from library_site.cqrs.messages import MAX_PAGE_SIZE


class GetLoansOverTimeForm(CursorForm):
    message = GetLoansOverTime

    first = day_field(_("From"), required=False)
    last = day_field(_("To"), required=False)
    by = forms.ChoiceField(
        label=_("By"), required=False, choices=[(DAY, _("Day")), (WEEK, _("Week")), (MONTH, _("Month"))]
    )

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or DAY

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or MAX_PAGE_SIZE


class GetOverdueByAgeForm(CursorForm):
    message = GetOverdueByAge


class GetMostBorrowedBooksForm(CursorForm):
    message = GetMostBorrowedBooks

    first = day_field(_("From"), required=False)
    last = day_field(_("To"), required=False)


class GetStockByStateForm(CursorForm):
    message = GetStockByState
