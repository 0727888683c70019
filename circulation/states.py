"""What can become of a book, a loan, a reservation and a person, and by which command.

The commands move nothing but by these tables; docs/states.md draws them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from library_site.cqrs import Command

NEW = "NEW"
"""Where everything begins."""

AVAILABLE, BORROWED, ON_HOLD, MISSING, WITHDRAWN = "AVAILABLE", "BORROWED", "ON_HOLD", "MISSING", "WITHDRAWN"
ON_LOAN, RETURNED, LOST, RESOLVED = "ON_LOAN", "RETURNED", "MISSING", "RESOLVED"
QUEUED, WAITING, FULFILLED, CANCELLED, EXPIRED = "QUEUED", "WAITING", "FULFILLED", "CANCELLED", "EXPIRED"
NOT_VERIFIED, VERIFIED, SUSPENDED = "NOT_VERIFIED", "VERIFIED", "SUSPENDED"


class ForbiddenMove(RuntimeError):
    """A command moved something in a way that the tables do not have: the fault is the code's."""


@dataclass(frozen=True, eq=False)
class Machine:
    """The states of one kind of thing: for each move, from one state to another, the commands that make it."""

    name: str
    moves: Mapping[tuple[str, str], frozenset[str]]

    def check(self, before: str, after: str, command: Command[Any]) -> None:
        """Raises ForbiddenMove unless the command may move something from `before` to `after`."""
        name = type(command).__name__
        if name not in self.moves.get((before, after), frozenset()):
            raise ForbiddenMove(f"{name} must not move a {self.name} from {before} to {after}.")


def _by(*commands: str) -> frozenset[str]:
    return frozenset(commands)


BOOK = Machine(
    "book",
    {
        (NEW, AVAILABLE): _by("AddNewBook", "AddCopies"),
        (AVAILABLE, BORROWED): _by("BorrowBook"),
        (AVAILABLE, ON_HOLD): _by(
            "PlaceReservation",
            "ReturnBook",
            "ReportFoundBook",
            "RestoreBook",
            "BorrowBook",
            "CancelReservation",
            "ExpireReservations",
            "ReportMissingBook",
            "WithdrawBook",
            "CorrectBook",
            "AddNewBook",
            "AddCopies",
        ),
        (AVAILABLE, MISSING): _by("ReportMissingBook"),
        (AVAILABLE, WITHDRAWN): _by("WithdrawBook"),
        (BORROWED, AVAILABLE): _by("ReturnBook"),
        (BORROWED, MISSING): _by("ReportMissingBook"),
        (ON_HOLD, BORROWED): _by("BorrowBook"),
        (ON_HOLD, AVAILABLE): _by("BorrowBook", "CancelReservation", "ExpireReservations"),
        (ON_HOLD, MISSING): _by("ReportMissingBook"),
        (ON_HOLD, WITHDRAWN): _by("WithdrawBook"),
        (MISSING, AVAILABLE): _by("ReturnBook", "ReportFoundBook", "BorrowBook"),
        (MISSING, WITHDRAWN): _by("WithdrawBook"),
        (WITHDRAWN, AVAILABLE): _by("RestoreBook"),
    },
)

LOAN = Machine(
    "loan",
    {
        (NEW, ON_LOAN): _by("BorrowBook"),
        (ON_LOAN, ON_LOAN): _by("RenewLoan"),
        (ON_LOAN, RETURNED): _by("ReturnBook"),
        (ON_LOAN, LOST): _by("ReportMissingBook"),
        (LOST, RESOLVED): _by("ReturnBook", "ReportFoundBook", "BorrowBook", "RestoreBook"),
    },
)

RESERVATION = Machine(
    "reservation",
    {
        (NEW, QUEUED): _by("PlaceReservation"),
        (QUEUED, QUEUED): _by("MoveReservation"),
        (QUEUED, WAITING): BOOK.moves[AVAILABLE, ON_HOLD],
        (QUEUED, FULFILLED): _by("BorrowBook"),
        (QUEUED, CANCELLED): _by("CancelReservation"),
        (WAITING, QUEUED): _by("ReportMissingBook", "WithdrawBook", "BorrowBook"),
        (WAITING, FULFILLED): _by("BorrowBook"),
        (WAITING, CANCELLED): _by("CancelReservation"),
        (WAITING, EXPIRED): _by("ExpireReservations"),
    },
)

_LIFTS = _by("ReinstateUser", "EndSuspensions", "ReturnBook", "ReportFoundBook", "BorrowBook", "RestoreBook")
_TIDIES = _by("VerifyUser", "SuspendUser", "ReportMissingBook")  # a suspension that is over

USER = Machine(
    "person",
    {
        (NEW, NOT_VERIFIED): _by("RegisterUser"),
        (NOT_VERIFIED, VERIFIED): _by("VerifyUser"),
        (NOT_VERIFIED, SUSPENDED): _by("SuspendUser", "ReportMissingBook"),
        (VERIFIED, SUSPENDED): _by("SuspendUser", "ReportMissingBook"),
        (SUSPENDED, NOT_VERIFIED): _LIFTS | _TIDIES,
        (SUSPENDED, VERIFIED): _LIFTS | _TIDIES,
    },
)

MACHINES = (BOOK, LOAN, RESERVATION, USER)
