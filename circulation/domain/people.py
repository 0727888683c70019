"""What several commands do about a person."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from catalog.domain.locks import lock_keys
from circulation.models import SUSPENSION, LibraryUser
from circulation.models.users import key_of_name
from circulation.states import USER
from library_site.cqrs import Command, Conflict, Context, NotFound, Remedy, became
from library_site.cqrs.operations import override_permission
from library_site.cqrs.texts import long_date, sentences
from library_site.cqrs.validation import is_plain
from library_site.statements import Given, compiled

PERSONAL = ("birth_date", "phone", "address", "language", "note")
"""What the library may know of a person beside name, e-mail address and card."""

_PERSON = "person"


class MaybeRegistered(Conflict):
    """Somebody of this name has this e-mail address, or was born on this day."""

    code = "maybe_registered"
    short = gettext_lazy("Perhaps the person is registered already")


@contextmanager
def many_registrations(commands: Sequence[Any]) -> Iterator[None]:
    """For dispatch_all(): all names are locked before any is looked at."""
    lock_keys(_PERSON, {key_of_name(command.name) for command in commands if is_plain(command.name)})
    yield


def maybe_registered(user: LibraryUser) -> MaybeRegistered | None:
    """The refusal to register somebody who may be there already; one registration of a name at a time looks."""
    lock_keys(_PERSON, {user.name_key})
    same = Q(email_key=user.email_key) if user.email_key else Q()
    same |= Q(birth_date=user.birth_date) if user.birth_date else Q()
    found = LibraryUser.objects.filter(same, name_key=user.name_key).order_by("pk").first() if same else None
    if found is None:
        return None
    message = _("{name} is registered already, with the card {barcode} and this e-mail address or date of birth.")
    see = Remedy("GetUserFile", {"user_id": found.pk})
    return MaybeRegistered(message.format(name=found.name, barcode=found.barcode), see_also=[see], user_id=found.pk)


class UserSuspended(Conflict):
    """The user is suspended."""

    code = "user_suspended"
    short = gettext_lazy("The person is suspended")


def reinstating(user_id: UUID, context: Context) -> Remedy | None:
    """What helps against a suspension, for whoever may override it: nobody else may end one that stands."""
    may = context.actor.may(override_permission(UserSuspended.code))
    return Remedy("ReinstateUser", {"user_id": user_id}) if may else None


def no_such_user(user_id: UUID) -> NotFound:
    return NotFound(_("The library has no user with this id."), user_id=user_id)


def find_and_lock_user(user_id: UUID) -> LibraryUser | None:
    """The user, if there is one, for this transaction alone."""
    found: list[LibraryUser] = compiled(_user).rows({"user_id": user_id})
    return found[0] if found else None


def _user() -> "QuerySet[LibraryUser]":
    return LibraryUser.objects.select_for_update().filter(pk=Given("user_id", LibraryUser._meta.pk)).order_by()


def lock_user(user_id: UUID) -> LibraryUser:
    """The user, for this transaction alone. Raises NotFound."""
    user = find_and_lock_user(user_id)
    if user is None:
        raise no_such_user(user_id)
    return user


def lock_users(wanted: Q) -> dict[UUID, LibraryUser]:
    """The people, for this transaction alone: locked in the order of their ids, as by every command."""
    return {user.pk: user for user in LibraryUser.objects.select_for_update().filter(wanted).order_by("pk")}


BORROW = (
    gettext_noop("{name} is suspended and cannot borrow: {why}"),
    gettext_noop("{name} is suspended and cannot borrow."),
)
RENEW = (
    gettext_noop("{name} is suspended and cannot renew: {why}"),
    gettext_noop("{name} is suspended and cannot renew."),
)
RESERVE = (
    gettext_noop("{name} is suspended and cannot reserve: {why}"),
    gettext_noop("{name} is suspended and cannot reserve."),
)
"""What a suspended user cannot do: with why, and where that is not known."""


def suspended(user: LibraryUser, cannot: tuple[str, str]) -> UserSuspended:
    """The refusal of what a suspended user cannot do (BORROW)."""
    with_reason, without = cannot
    message = _(with_reason) if user.status_comment else _(without)
    return UserSuspended(
        sentences(message.format(name=user.name, why=user.status_comment), _end(user)),
        see_also=[Remedy("ReinstateUser", {"user_id": user.pk})],
        suspended_at=user.suspended_at,
        suspended_by=user.suspended_by,
        suspended_until=user.suspended_until,
    )


def _end(user: LibraryUser) -> str:
    if user.suspended_until is None or user.suspended_for_loss:
        return ""
    return _("The suspension ends after {day}.").format(day=long_date(user.suspended_until))


def suspended_on(day: date) -> Q:
    """Of reservations: whether the suspension of who waits stands on a day, as LibraryUser.is_suspended_on says."""
    is_over = Q(user__suspended_for_loss=False, user__suspended_until__lt=day)
    return Q(user__status=LibraryUser.Status.SUSPENDED) & ~is_over


STATUS_FIELDS = frozenset({"status", "status_comment", *SUSPENSION})
"""The status of a person, and all that belongs to a suspension."""


def check_status(user: LibraryUser, before: str, command: Command[Any]) -> None:
    """Whether the command may move somebody, whose status was `before`, to what it is now. Raises ForbiddenMove."""
    if user.status != before:
        USER.check(before, user.status, command)


def save_status(user: LibraryUser, before: str, command: Command[Any]) -> None:
    """Save the status of a locked user, which was `before`, and all that belongs to a suspension."""
    check_status(user, before, command)
    user.save(update_fields=STATUS_FIELDS)
    became(user)


def end_staff_suspension(user: LibraryUser) -> bool:
    """End what the staff decided about a locked user, who is still to be saved; whether the user may borrow again."""
    user.status_comment = without_line(user.status_comment, user.suspension_reason)
    return user.lift(staff=True)


def loss_comment(title: str, reported_on: date) -> str:
    """The line in a borrower's status comment that a loss leaves, and that finding the book takes away."""
    with translation.override(settings.LANGUAGE_CODE):  # of the library, whoever has asked
        return _("“{title}” was reported missing on {day}.").format(title=title, day=long_date(reported_on))


def add_line(comment: str, line: str) -> str:
    return f"{comment}\n{line}" if comment else line


def without_line(comment: str, line: str) -> str:
    """`comment` less one occurrence of `line`, if that is one; what staff wrote stays."""
    lines = comment.split("\n")
    if line and line in lines:
        lines.remove(line)
    return "\n".join(lines)
