from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.models import Closure
from library_site.cqrs import Command, Conflict, Context, Data, NotFound, handles
from library_site.cqrs.texts import long_date


class ClosureCancelled(Data):
    closure_id: UUID
    first: date
    last: date


class CancelClosure(Command[ClosureCancelled]):
    closure_id: UUID


class ClosureOver(Conflict):
    """The last day of the closure is past."""

    code = "closure_over"
    short = gettext_lazy("The closure is over")


@handles(CancelClosure, title=gettext_lazy("Cancel closure"), refuses=(NotFound, ClosureOver))
def cancel_closure(command: CancelClosure, context: Context) -> ClosureCancelled:
    """Take a closure back, with all its days. What has moved because of it stays on its later day."""
    closure = Closure.objects.select_for_update().filter(pk=command.closure_id).first()
    if closure is None:
        raise NotFound(_("The library has no closure with this id."), closure_id=command.closure_id)
    if closure.last < context.today:
        raise ClosureOver(_("The closure is over since {day}.").format(day=long_date(closure.last)))
    cancelled = ClosureCancelled(closure_id=closure.pk, first=closure.first, last=closure.last)
    closure.delete()
    return cancelled
