from uuid import UUID

from django.utils.translation import gettext_lazy as _

from circulation.domain.people import end_staff_suspension, save_status
from circulation.domain.reservations import in_queues, serve_freed, waited_for
from circulation.domain.titles import lock_titles
from circulation.models import LibraryUser
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, handles


class SuspensionsEnded(Data):
    """Who may borrow again. `waiting_book_ids` are copies that go from their shelves to the hold shelf."""

    user_ids: tuple[UUID, ...]
    waiting_book_ids: tuple[UUID, ...] = ()


class EndSuspensions(Command[SuspensionsEnded]):
    pass


@handles(EndSuspensions, title=_("End suspensions"))
@moves(user="SUSPENDED > NOT_VERIFIED, VERIFIED", by=(serve_freed,))
def end_suspensions(command: EndSuspensions, context: Context) -> SuspensionsEnded:
    """Give those whose suspension is over their status back. A suspension for a loss stays.

    To be done every day, for those who were passed over in a queue meanwhile, and for the tables' sake: somebody whose
    suspension is over may borrow anyway.
    """
    over = LibraryUser.objects.filter(suspended_until__lt=context.today).order_by("pk")
    lock_titles(waited_for(in_queues().filter(user__in=over.order_by())))  # before people
    freed = []
    for user in over.select_for_update():
        before = user.status
        if end_staff_suspension(user):
            freed.append(user.pk)
        save_status(user, before, command)
    served = serve_freed(freed, command, context) if freed else ()
    return SuspensionsEnded(user_ids=tuple(freed), waiting_book_ids=served)
