"""What is in the catalogue."""

from .get_book_labels import GetBookLabels
from .get_books_by_author import GetBooksByAuthor
from .search_authors import SearchAuthors
from .search_books import SearchBooks

__all__ = ["GetBookLabels", "GetBooksByAuthor", "SearchAuthors", "SearchBooks"]
