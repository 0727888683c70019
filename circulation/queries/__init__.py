"""Who has which book, who waits for it, what is due or missing, and who did what."""

from .get_book_file import GetBookFile
from .get_book_history import GetBookHistory
from .get_borrowed_books_by_user import GetBorrowedBooksByUser
from .get_card_labels import GetCardLabels
from .get_closures import GetClosures
from .get_hold_shelf import GetHoldShelf
from .get_import import GetImport
from .get_import_report import GetImportReport
from .get_imports import GetImports
from .get_journal import GetJournal
from .get_library import GetLibrary
from .get_loans_due import GetLoansDue
from .get_loans_over_time import GetLoansOverTime
from .get_missing_books import GetMissingBooks
from .get_most_borrowed_books import GetMostBorrowedBooks
from .get_overdue_by_age import GetOverdueByAge
from .get_overdue_loans import GetOverdueLoans
from .get_past_loans_by_user import GetPastLoansByUser
from .get_reservation_queue import GetReservationQueue
from .get_reservations_by_user import GetReservationsByUser
from .get_stock_by_state import GetStockByState
from .get_user_file import GetUserFile
from .search_users import SearchUsers

__all__ = [
    "GetBookFile",
    "GetBookHistory",
    "GetBorrowedBooksByUser",
    "GetCardLabels",
    "GetClosures",
    "GetHoldShelf",
    "GetImport",
    "GetImportReport",
    "GetImports",
    "GetJournal",
    "GetLibrary",
    "GetLoansDue",
    "GetLoansOverTime",
    "GetMissingBooks",
    "GetMostBorrowedBooks",
    "GetOverdueByAge",
    "GetOverdueLoans",
    "GetPastLoansByUser",
    "GetReservationQueue",
    "GetReservationsByUser",
    "GetStockByState",
    "GetUserFile",
    "SearchUsers",
]
