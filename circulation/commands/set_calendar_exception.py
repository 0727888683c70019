from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.policy_in_force import policy_from
from circulation.models import CalendarException
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import Command, Context, Data, InvalidInput, handles
from library_site.cqrs.validation import check_fields


class CalendarExceptionSet(Data):
    day: date
    is_open: bool


class SetCalendarException(Command[CalendarExceptionSet]):
    """`note` says why: Christmas Day."""

    day: date
    is_open: bool = False
    note: str = ""


@handles(SetCalendarException, title=gettext_lazy("Set calendar exception"), refuses=(InvalidInput, LibraryNeverOpens))
def set_calendar_exception(command: SetCalendarException, context: Context) -> CalendarExceptionSet:
    """Say that the library is closed on a day, or open, whatever its weekday.

    What was said of that day before is replaced. Books that are due on it already stay due on it. A day that is past
    is refused: it would change nothing.
    """
    if command.day < context.today:
        raise InvalidInput.of("day", _("This day is past: what is said of it changes nothing. Choose a day to come."))
    exception = CalendarException(day=command.day, is_open=command.is_open, note=command.note.strip())
    check_fields(exception, {"note": "note"})
    policy = policy_from(context.today)
    replace(policy, exceptions={**policy.exceptions, command.day: command.is_open}).next_open(context.today)
    values = {"is_open": exception.is_open, "note": exception.note}
    CalendarException.objects.update_or_create(day=command.day, defaults=values)
    return CalendarExceptionSet(day=command.day, is_open=command.is_open)
