"""What a handler says when it refuses. Only adapters turn these into statuses, form errors or exit codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Remedy:
    """What helps against a refusal: an operation, by its name, with these arguments.

    It is the refused operation itself where more arguments let it pass. `about` tells several of one operation apart.
    """

    operation: str
    arguments: dict[str, Any]
    about: str = ""


class DomainError(Exception):
    """A refusal. `code` is stable API; `message` is a full sentence that a librarian can act on.

    `short` says in a few words what the code means, translated lazily: in the journal, and of what may be overridden.
    `details` are plain values that a program may want (ids, dates); adapters show them beside the code.
    `problems` lists everything that stands in the way of the request, this refusal first. `remedy` is what helps, if
    something does at once; `see_also` what else may help, or where to look, to which pages link.
    """

    code: ClassVar[str] = "refused"
    short: ClassVar["StrOrPromise"]

    def __init__(
        self, message: str, *, remedy: Remedy | None = None, see_also: Sequence[Remedy] = (), **details: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.remedy = remedy
        self.see_also = see_also
        self.problems: list[DomainError] = [self]


class NotFound(DomainError):
    """Nothing in the library has this id."""

    code = "not_found"
    short = gettext_lazy("The library has nothing of this kind")


class NotAllowed(DomainError):
    """The actor may not do this."""

    code = "permission_denied"
    short = gettext_lazy("The permission is lacking")


class Conflict(DomainError):
    """The state of the library forbids it now."""

    code = "conflict"
    short = gettext_lazy("Somebody else changed the same thing")


class StillReferenced(Conflict):
    """The row that was to be deleted is in use."""

    code = "still_referenced"
    short = gettext_lazy("Something refers to it")


class Overtaken(Conflict):
    """Another change came in between: the command is to begin anew, and sees it. dispatch() lets it, a few times."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed the same thing at the same moment. Nothing was done; please try again.")
        )


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a message; `field` is empty when it is about the message as a whole."""

    field: str
    code: str
    detail: str


class InvalidInput(DomainError):
    """The request cannot be understood, whatever the state of the library."""

    code = "invalid"
    short = gettext_lazy("The entries could not be understood")

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(" ".join(f"{error.field}: {error.detail}".removeprefix(": ") for error in errors))
        self.errors = errors

    @classmethod
    def of(cls, field: str, detail: str, code: str = "invalid") -> "InvalidInput":
        return cls(FieldError(field, code, detail))


class IdempotencyKeyReused(DomainError):
    """The key has already been used for another request of the same actor."""

    code = "idempotency_key_reused"
    short = gettext_lazy("The key was used for another request")


def refuse_if_any(problems: Iterable[DomainError | None]) -> None:
    """Raise the first of `problems`, if there is one, listing them all."""
    found = [problem for problem in problems if problem is not None]
    if found:
        first = found[0]
        first.problems = found
        raise first
