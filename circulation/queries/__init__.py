"""Who has which book, which books are missing, and who the borrowers are."""

from .get_borrowed_books_by_user import GetBorrowedBooksByUser
from .get_missing_books import GetMissingBooks
from .search_users import SearchUsers

__all__ = ["GetBorrowedBooksByUser", "GetMissingBooks", "SearchUsers"]
