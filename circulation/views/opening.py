"""The page of the days on which the library is closed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.commands.set_calendar_exception import CalendarExceptionSet
from circulation.forms.opening import SetCalendarExceptionForm
from library_site.cqrs.texts import weekday_and_date
from library_site.html.links import Link
from library_site.html.pages import Group, page
from library_site.html.views import TaskView


@page(
    "set-calendar-exception",
    group=Group.EVERY_DAY,
    place=30,
    name=gettext_lazy("Closed days"),
    purpose=gettext_lazy("Closed or open out of turn"),
)
class SetCalendarExceptionView(TaskView):
    form_class = SetCalendarExceptionForm
    title = gettext_lazy("Closed days")
    lead = gettext_lazy(
        "Say that the library is closed on a day, or open, whatever its weekday. What is lent or renewed from now on "
        "does not fall due on a closed day; what is on loan already stays due when it is."
    )
    button = gettext_lazy("Set")

    def next_steps(self, form: SetCalendarExceptionForm, result: CalendarExceptionSet) -> list[Link]:
        return self.task_links((_("What is due that day"), "get_loans_due", {"first": result.day, "last": result.day}))

    def success_message(self, form: SetCalendarExceptionForm, result: CalendarExceptionSet) -> str:
        message = _("The library is open on {day}.") if result.is_open else _("The library is closed on {day}.")
        return message.format(day=weekday_and_date(result.day))
