"""What forms of lists about some days share: their boxes show the days in force."""

from contextlib import suppress
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import pgettext_lazy

from catalog.forms.lists import CursorForm
from circulation.reading.spans import Span
from library_site.cqrs import InvalidInput
from library_site.html.form_fields import day_field


class DaysForm(CursorForm):
    """`days` says which days are in force where one is not given; both stand in the boxes."""

    days: ClassVar["staticmethod[[date | None, date | None, date], Span]"]

    first = day_field(pgettext_lazy("the first day", "From"), required=False)
    last = day_field(pgettext_lazy("the last day", "To"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"first", "last"} <= cleaned.keys():
            with suppress(InvalidInput):  # which the query says
                self._show_days(type(self).days(cleaned["first"], cleaned["last"], self.context.today))
        return cleaned

    def _show_days(self, span: Span) -> None:
        sent: Any = self.data
        shown = sent.copy()
        shown["first"], shown["last"] = span.first.isoformat(), span.last.isoformat()
        self.data = shown
