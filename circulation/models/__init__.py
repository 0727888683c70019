"""Who has what the library owns, who waits for it, and by which rules."""

from .imports import FileImport, ImportedRow
from .loans import PastLoan
from .opening import CalendarException, Closure, LibraryPolicy
from .reservations import Reservation
from .users import MAX_EMAIL, SUSPENSION, LibraryUser

__all__ = [
    "MAX_EMAIL",
    "SUSPENSION",
    "CalendarException",
    "Closure",
    "FileImport",
    "ImportedRow",
    "LibraryPolicy",
    "LibraryUser",
    "PastLoan",
    "Reservation",
]
