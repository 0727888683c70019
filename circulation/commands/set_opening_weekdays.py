import re
from dataclasses import replace
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.policy_in_force import policy_from, weekdays
from circulation.models import LibraryPolicy
from circulation.policies import LibraryNeverOpens, other_weekdays
from library_site.cqrs import Command, Context, Data, InvalidInput, handles


class OpeningWeekdaysSet(Data):
    weekdays: str


class SetOpeningWeekdays(Command[OpeningWeekdaysSet]):
    """`weekdays` are those on which the library is open, by their ISO numbers (Monday is 1), in this order: 12345."""

    weekdays: str

    supervised: ClassVar = True


@handles(SetOpeningWeekdays, title=gettext_lazy("Set opening weekdays"), refuses=(InvalidInput, LibraryNeverOpens))
def set_opening_weekdays(command: SetOpeningWeekdays, context: Context) -> OpeningWeekdaysSet:
    """Say on which weekdays the library is open. What is on loan already stays due when it is."""
    if not re.fullmatch("1?2?3?4?5?6?7?", command.weekdays):
        raise InvalidInput.of("weekdays", _("Weekdays are 1 (Monday) to 7 (Sunday), in this order."))
    closed = other_weekdays(command.weekdays)
    replace(policy_from(context.today), closed_weekdays=weekdays(closed)).next_open(context.today)
    LibraryPolicy.objects.update_or_create(pk=1, defaults={"closed_weekdays": closed})
    return OpeningWeekdaysSet(weekdays=command.weekdays)
