"""The form of the days on which the library is closed."""

from django import forms
from django.utils.translation import gettext_lazy

from circulation.commands import SetCalendarException
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
