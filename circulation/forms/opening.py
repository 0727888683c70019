"""Forms of the library itself: when it is open, its closures, and single days."""

from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy

from circulation.commands import AddClosure, CancelClosure, SetCalendarException, SetNameAndAddress, SetOpeningWeekdays
from library_site.html.form_fields import day_field, text_field
from library_site.html.forms import TaskForm

CLOSED, OPEN = "closed", "open"


class Weekdays(forms.CheckboxSelectMultiple):
    """Seven boxes for a text that holds the numbers of the chosen weekdays, Monday to Sunday: 67."""

    def __init__(self) -> None:
        super().__init__(choices=[(str(number + 1), name) for number, name in WEEKDAYS.items()])

    def format_value(self, value: Any) -> list[str]:
        return list(value or "")

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The focus is on the first box, if on any."""
        option = super().create_option(*args, **kwargs)
        if option["index"] != "0":
            option["attrs"].pop("autofocus", None)
        return option

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return "".join(sorted(set(super().value_from_datadict(data, files, name))))


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


class SetNameAndAddressForm(TaskForm):
    message = SetNameAndAddress

    name = text_field(gettext_lazy("Name"), max_length=60)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("In one line or several."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        required=False,
        max_length=200,
    )


class SetOpeningWeekdaysForm(TaskForm):
    message = SetOpeningWeekdays

    weekdays = forms.CharField(
        label=gettext_lazy("The library is open on"), required=False, widget=Weekdays, max_length=7
    )
