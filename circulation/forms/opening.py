"""Forms of the library itself: when it is open, its closures, and single days."""

from typing import ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy

from circulation.commands import AddClosure, CancelClosure, SetCalendarException, SetOpeningWeekdays
from library_site.html.form_fields import day_field, text_field
from library_site.html.forms import TaskForm

CLOSED, OPEN = "closed", "open"


class SetCalendarExceptionForm(TaskForm):
    message = SetCalendarException

    day = day_field(gettext_lazy("Day"))
    is_open = forms.ChoiceField(
        label=gettext_lazy("On this day the library is"),
        choices=[(CLOSED, gettext_lazy("Closed")), (OPEN, gettext_lazy("Open, though its weekday is closed"))],
        widget=forms.RadioSelect,
        initial=CLOSED,
        required=False,
    )
    note = text_field(gettext_lazy("Note"), gettext_lazy("Why: Christmas Day."), required=False, max_length=200)

    def clean_is_open(self) -> bool:
        return bool(self.cleaned_data["is_open"] == OPEN)


class AddClosureForm(TaskForm):
    message = AddClosure

    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"))
    note = text_field(gettext_lazy("Note"), gettext_lazy("Why: Christmas."), required=False, max_length=200)

    about: ClassVar = {"closures_overlap": "first"}


class CancelClosureForm(TaskForm):
    """The closures to choose from are the view's to find."""

    message = CancelClosure

    closure_id = forms.UUIDField(label=gettext_lazy("Closure"), widget=forms.Select)


class SetOpeningWeekdaysForm(TaskForm):
    message = SetOpeningWeekdays

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("The library is open on"),
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_weekdays(self) -> tuple[int, ...]:
        return tuple(self.cleaned_data["weekdays"])
