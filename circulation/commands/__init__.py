"""What changes who has a book, who waits for one, which are in use, and the people who borrow."""

from .add_closure import AddClosure
from .begin_import import BeginImport
from .borrow_book import BorrowBook
from .cancel_closure import CancelClosure
from .cancel_reservation import CancelReservation
from .change_contact import ChangeContact
from .close_import import CloseImport
from .continue_import import ContinueImport
from .correct_book import CorrectBook
from .end_suspensions import EndSuspensions
from .expire_reservations import ExpireReservations
from .move_reservation import MoveReservation
from .place_reservation import PlaceReservation
from .preview_import import PreviewImport
from .register_user import RegisterUser
from .reinstate_user import ReinstateUser
from .renew_loan import RenewLoan
from .report_found_book import ReportFoundBook
from .report_missing_book import ReportMissingBook
from .restore_book import RestoreBook
from .return_book import ReturnBook
from .set_calendar_exception import SetCalendarException
from .set_name_and_address import SetNameAndAddress
from .set_opening_weekdays import SetOpeningWeekdays
from .suspend_user import SuspendUser
from .take_over_loan import TakeOverLoan
from .undo_import import UndoImport
from .undo_loan import UndoLoan
from .undo_renewal import UndoRenewal
from .undo_return import UndoReturn
from .verify_user import VerifyUser
from .withdraw_book import WithdrawBook

__all__ = [
    "AddClosure",
    "BeginImport",
    "BorrowBook",
    "CancelClosure",
    "CancelReservation",
    "ChangeContact",
    "CloseImport",
    "ContinueImport",
    "CorrectBook",
    "EndSuspensions",
    "ExpireReservations",
    "MoveReservation",
    "PlaceReservation",
    "PreviewImport",
    "RegisterUser",
    "ReinstateUser",
    "RenewLoan",
    "ReportFoundBook",
    "ReportMissingBook",
    "RestoreBook",
    "ReturnBook",
    "SetCalendarException",
    "SetNameAndAddress",
    "SetOpeningWeekdays",
    "SuspendUser",
    "TakeOverLoan",
    "UndoImport",
    "UndoLoan",
    "UndoRenewal",
    "UndoReturn",
    "VerifyUser",
    "WithdrawBook",
]
