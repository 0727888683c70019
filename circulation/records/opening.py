"""Edits of the policy and of the calendar."""

from copy import copy
from typing import Any

from circulation.commands import SetCalendarException, SetOpeningWeekdays
from circulation.domain.policy_in_force import policy_from
from circulation.models import CalendarException, LibraryPolicy
from circulation.policies import other_weekdays
from library_site.cqrs import Context, carry_out
from library_site.cqrs.records import EditRecord, change, check_version, differences, edit_plainly, edited, edits, lock


@edits("circulation.librarypolicy", by=(SetOpeningWeekdays,))
def edit_policy(command: EditRecord, context: Context) -> Any:
    """Edit how the library lends; on which weekdays is a task. Raises what that refuses, InvalidInput."""
    policy = lock(LibraryPolicy, command) if command.record_id else LibraryPolicy()
    check_version(policy, context)
    wanted = edited(copy(policy), command.values)
    change(policy, {name: value for name, value in command.values.items() if name != "closed_weekdays"})
    if differences(policy, wanted, ["closed_weekdays"]):
        carry_out(SetOpeningWeekdays(weekdays=other_weekdays(wanted.closed_weekdays)), context)
    return policy.pk


@edits("circulation.calendarexception", by=(SetCalendarException,))
def edit_exception(command: EditRecord, context: Context) -> Any:
    """Say as a task whether the library is open on a day; or say nothing of it any more. Raises LibraryNeverOpens."""
    if command.method == "DELETE":
        day = edit_plainly(command, context)
        policy_from(context.today).next_open(context.today)
        return day
    exception = lock(CalendarException, command) if command.record_id else CalendarException()
    check_version(exception, context)
    wanted = edited(copy(exception), command.values)
    if differences(exception, wanted, command.values):
        carry_out(SetCalendarException(day=wanted.day, is_open=wanted.is_open, note=wanted.note), context)
    return wanted.day
