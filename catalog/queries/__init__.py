"""What is in the catalogue."""

from .get_books_by_author import GetBooksByAuthor
from .search_authors import SearchAuthors
from .search_books import SearchBooks

__all__ = ["GetBooksByAuthor", "SearchAuthors", "SearchBooks"]
