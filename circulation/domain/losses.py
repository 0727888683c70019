"""The losses of a book that has turned up, and the suspensions that they alone had caused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan
from circulation.states import LOAN, LOST, RESOLVED, moves
from library_site.cqrs import Command, Context, became
from library_site.cqrs.texts import long_date

from .people import (
    STATUS_FIELDS,
    add_line,
    check_status,
    end_staff_suspension,
    lock_user,
    lock_users,
    loss_comment,
    save_status,
    without_line,
)
from .reservations import serve_freed
from .titles import Title


@dataclass(frozen=True)
class Losses:
    """The unresolved losses of a locked book, the oldest first, and the people who lost it, locked too."""

    losses: list[PastLoan]
    users: dict[UUID, LibraryUser]

    def forgive(self, command: Command[Any], context: Context) -> UUID | None:
        """End the suspensions that these losses alone had caused; nothing is saved yet.

        Returns the user who may borrow again; of several, the one who lost the book last.
        """
        freed = set()
        for loss in self.losses:
            user = self.users[loss.borrower_id]
            before = user.status
            if self._forgive(user, loss, context):
                freed.add(user.pk)
            check_status(user, before, command)
        return next((loss.borrower_id for loss in reversed(self.losses) if loss.borrower_id in freed), None)

    def _forgive(self, user: LibraryUser, loss: PastLoan, context: Context) -> bool:
        """Take a loss from a locked user; whether that lets the user borrow again."""
        user.status_comment = without_line(user.status_comment, loss.comment)
        if user.suspended_for_loss and user.is_staff_suspension_over(context.today):
            end_staff_suspension(user)
        others = PastLoan.suspending_losses().filter(borrower=user).exclude(pk__in=[each.pk for each in self.losses])
        return not others.exists() and user.lift(loss=True)

    def save(self, command: Command[Any], context: Context) -> None:
        """Save that the losses are resolved, and what that changed for the people."""
        for loss in self.losses:
            LOAN.check(LOST, RESOLVED, command)
            loss.resolved_at = context.now
            loss.save(update_fields=["resolved_at"])
            became(loss)
        for user_id in dict.fromkeys(loss.borrower_id for loss in self.losses):
            self.users[user_id].save(update_fields=STATUS_FIELDS)
            became(self.users[user_id])
        if self.losses:
            serve_freed({loss.borrower_id for loss in self.losses}, command, context, but=self.losses[0].book)


def lock_losses(book: Book, *others: UUID) -> Losses:
    """The unresolved losses of a locked book. `others` are locked as well: people are always locked in one order.

    Whether a loss suspends its borrower is known when the borrower is locked.
    """
    losses = PastLoan.unresolved_losses().filter(book=book).select_related("book").order_by("ended_at")
    borrowers = losses.values_list("borrower", flat=True)
    people = Q(pk__in=[*others, *borrowers] if others else borrowers.order_by())
    users = lock_users(people)
    return Losses(list(losses) if users else [], users)


def standing_loss(book: Book) -> str:
    """Whose loss of a book still stands, in words that end with a full stop; empty, if nobody's does."""
    loss = PastLoan.unresolved_losses().filter(book=book).select_related("borrower").order_by("ended_at").last()
    return loss_in_words(loss.borrower.name, loss.ended_at) if loss else ""


def loss_in_words(name: str, ended_at: datetime) -> str:
    """Who had a book when it was reported missing."""
    message = _("It was reported missing on {day}, when {name} had it.")
    return message.format(day=long_date(localdate(ended_at)), name=name)


@moves(loan="MISSING > RESOLVED", user="SUSPENDED > NOT_VERIFIED, VERIFIED", by=(serve_freed,))
def resolve_losses(book: Book, command: Command[Any], context: Context) -> UUID | None:
    """End the unresolved losses of a locked book, and every suspension that they alone had caused.

    Returns the user who may borrow again; of several, the one who lost the book last.
    """
    losses = lock_losses(book)
    reinstated = losses.forgive(command, context)
    losses.save(command, context)
    return reinstated


@moves(user="NOT_VERIFIED, VERIFIED > SUSPENDED")
def suspend_for_loss(user_id: UUID, book: Book, command: Command[Any], context: Context) -> None:
    """Suspend whoever had a book that is missing, and say why."""
    user = lock_user(user_id)
    before = user.status
    if user.is_suspended and not user.is_suspended_on(context.today):
        end_staff_suspension(user)
    comment = add_line(user.status_comment, loss_comment(book.title, context.today))
    user.suspend_for_loss(comment, at=context.now, by=context.actor.id)
    save_status(user, before, command)


def forgive_if_missing(title: Title | None, user_id: UUID, command: Command[Any], context: Context) -> Losses | None:
    """The losses of a book that is missing, locked with the borrower and forgiven, which is still to be saved."""
    if title is None or title.book.status != Book.Status.MISSING:
        return None
    losses = lock_losses(title.book, user_id)
    losses.forgive(command, context)
    return losses
