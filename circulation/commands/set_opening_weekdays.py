from dataclasses import replace
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.policy_in_force import policy_from
from circulation.models import LibraryPolicy
from circulation.policies import WEEKDAYS, LibraryNeverOpens
from library_site.cqrs import Command, Context, Data, InvalidInput, handles


class OpeningWeekdaysSet(Data):
    weekdays: tuple[int, ...]


class SetOpeningWeekdays(Command[OpeningWeekdaysSet]):
    """`weekdays` are ISO numbers: Monday is 1."""

    weekdays: tuple[int, ...]

    supervised: ClassVar = True


@handles(SetOpeningWeekdays, title=gettext_lazy("Set opening weekdays"), refuses=(InvalidInput, LibraryNeverOpens))
def set_opening_weekdays(command: SetOpeningWeekdays, context: Context) -> OpeningWeekdaysSet:
    """Say on which weekdays the library is open. What is on loan already stays due when it is."""
    if unknown := set(command.weekdays) - WEEKDAYS:
        message = _("{number} is no weekday: they are 1 (Monday) to 7 (Sunday).")
        raise InvalidInput.of("weekdays", message.format(number=min(unknown)))
    closed = WEEKDAYS.difference(command.weekdays)
    replace(policy_from(context.today), closed_weekdays=closed).next_open(context.today)
    LibraryPolicy.objects.update_or_create(pk=1, defaults={"closed_weekdays": "".join(map(str, sorted(closed)))})
    return OpeningWeekdaysSet(weekdays=tuple(sorted(set(command.weekdays))))
