from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import lock_all_books, postpone
from circulation.domain.loans import forget_what_was_done
from circulation.domain.policy_in_force import policy_from
from circulation.domain.reservations import reserved_for
from circulation.models import Closure
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import Command, Conflict, Context, Data, FieldError, InvalidInput, Remedy, handles
from library_site.cqrs.texts import long_date
from library_site.cqrs.validation import field_errors

LONGEST, MOST_NAMED = 366, 100
"""Days of a closure; books whose day has moved that the answer names."""


class ClosureAdded(Data):
    """How many loans are due later now, and how many books wait longer on the hold shelf.

    `book_ids` are the first of these, `user_ids` who has each of them, or for whom it waits. `opens_on` is the first
    open day after the closure.
    """

    closure_id: UUID
    first: date
    last: date
    opens_on: date
    loans: int
    on_hold: int
    book_ids: tuple[UUID, ...]
    user_ids: tuple[UUID, ...]


class AddClosure(Command[ClosureAdded]):
    """`note` says why: Christmas."""

    first: date
    last: date
    note: str = ""


class ClosuresOverlap(Conflict):
    """Another closure has some of these days."""

    code = "closures_overlap"
    short = gettext_lazy("Another closure has some of these days")


@handles(
    AddClosure, title=gettext_lazy("Close the library"), refuses=(InvalidInput, ClosuresOverlap, LibraryNeverOpens)
)
def add_closure(command: AddClosure, context: Context) -> ClosureAdded:
    """Close the library from the first day to the last, but for days that the calendar says are open.

    What would be due then is due on the next open day; what is on the hold shelf stays for as many open days as before.
    What was done to a book before is undone no more: it would be due on a closed day again.
    """
    closure = Closure(first=command.first, last=command.last, note=command.note.strip())
    if errors := [*_span_errors(command, context.today), *field_errors(closure, {"note": "note"})]:
        raise InvalidInput(*errors)
    lock_all_books()  # whoever reads the calendar to decide about a book has locked it before
    _refuse_overlap(closure)
    before = policy_from(context.today)
    after = replace(before, closures=(*before.closures, (closure.first, closure.last)))
    opens_on = after.next_open(closure.last, later=1)
    closure.save()
    forget_what_was_done()
    due = Book.objects.filter(status=Book.Status.BORROWED, due_on__range=(closure.first, closure.last))
    held = Book.objects.filter(status=Book.Status.ON_HOLD, held_until__gte=closure.first)
    loans = postpone(due, "due_on", after.next_open)
    on_hold = postpone(held, "held_until", lambda day: after.kept_until(day, context.today, before))
    moved = [(book.pk, book.borrower_id or reserved_for(book)) for book in (*loans, *on_hold)][:MOST_NAMED]
    return ClosureAdded(
        closure_id=closure.pk,
        first=closure.first,
        last=closure.last,
        opens_on=opens_on,
        loans=len(loans),
        on_hold=len(on_hold),
        book_ids=tuple(book_id for book_id, _ in moved),
        user_ids=tuple(user_id for _, user_id in moved if user_id),
    )


def _span_errors(command: AddClosure, today: date) -> Iterator[FieldError]:
    if command.first < today:
        yield FieldError("first", "invalid", _("This day is past. Begin with a day to come."))
    if command.last < command.first:
        yield FieldError("last", "invalid", _("The last day is before the first. Exchange them."))
    elif (command.last - command.first).days >= LONGEST:
        yield FieldError("last", "invalid", _("A closure has at most 366 days. Give the first and the last again."))


def _refuse_overlap(closure: Closure) -> None:
    other = Closure.objects.filter(first__lte=closure.last, last__gte=closure.first).first()
    if other:
        message = _("The library is closed from {first} to {last} already. Cancel that closure first.")
        raise ClosuresOverlap(
            message.format(first=long_date(other.first), last=long_date(other.last)),
            remedy=Remedy("CancelClosure", {"closure_id": other.pk}),
        )
