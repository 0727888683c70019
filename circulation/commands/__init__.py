"""What changes who has a book, and the people who borrow."""

from .borrow_book import BorrowBook
from .register_user import RegisterUser
from .renew_loan import RenewLoan
from .report_found_book import ReportFoundBook
from .report_missing_book import ReportMissingBook
from .return_book import ReturnBook
from .verify_user import VerifyUser

__all__ = [
    "BorrowBook",
    "RegisterUser",
    "RenewLoan",
    "ReportFoundBook",
    "ReportMissingBook",
    "ReturnBook",
    "VerifyUser",
]
