from uuid import UUID

from django.utils.translation import gettext_lazy as _

from circulation.domain.people import end_staff_suspension, save_status
from circulation.models import LibraryUser
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, handles


class SuspensionsEnded(Data):
    """Who may borrow again."""

    user_ids: tuple[UUID, ...]


class EndSuspensions(Command[SuspensionsEnded]):
    pass


@handles(EndSuspensions, title=_("End suspensions"))
@moves(user="SUSPENDED > NOT_VERIFIED, VERIFIED")
def end_suspensions(command: EndSuspensions, context: Context) -> SuspensionsEnded:
    """Give those whose suspension is over their status back. A suspension for a loss stays.

    To be done every day, for the tables' sake: somebody whose suspension is over may borrow anyway.
    """
    over = LibraryUser.objects.select_for_update().filter(suspended_until__lt=context.today).order_by("pk")
    freed = []
    for user in over:
        before = user.status
        if end_staff_suspension(user):
            freed.append(user.pk)
        save_status(user, before, command)
    return SuspensionsEnded(user_ids=tuple(freed))
